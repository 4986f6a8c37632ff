import type { IncomingMessage } from 'node:http'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { oneLine } from '../one-line.ts'

/** Options of the command `probe`. */
export interface ProbeOptions {
  /** Opens an endpoint that asks for one. @default none */
  readonly token?: string
  /** Milliseconds until it counts as failing. */
  readonly timeout: number
}

/** Longer answers are cut. Characters. */
const LIMIT = 1000

/** Asks a running endpoint. Returns what the process is to end with; says something only where all is not well. */
export async function probe(url: URL, { token, timeout }: ProbeOptions): Promise<number> {
  // What stands before the host and in the query may be secret.
  const shown = `${url.origin}${url.pathname}`
  const { status, state, body } = await ask(url, token, timeout).catch((error) => {
    const { code, message } = Object(error)
    throw failure(exitCode.failing, `${shown} does not answer: ${message || code || messageOf(error)}`)
  })
  const answered = `${shown} answered ${status}`
  const told = oneLine(body).slice(0, LIMIT)
  // A page of something else that answers 200 must not look well.
  const isWatchman = state !== undefined || body === 'pong' || (status !== 200 && /^\{.*\}$/.test(told))
  if (!isWatchman) {
    throw failure(
      exitCode.failing,
      `${answered}, but not as a watchman does: is this its URL, its /bare or its /ping?`,
    )
  }
  if (status !== 200) throw failure(exitCode.failing, [answered, told].filter(Boolean).join(': '))
  if (state === 'degraded') console.log([`${shown} is degraded`, told].filter(Boolean).join(': '))
  return 0
}

interface Answer {
  readonly status: number | undefined
  /** What a watchman says of its report. */
  readonly state: string | string[] | undefined
  readonly body: string
}

// Not fetch: loading that takes longer than all else here.
async function ask(url: URL, token: string | undefined, timeout: number): Promise<Answer> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const request = get(url, {
      agent: false,
      headers: { ...(token && { Authorization: `Bearer ${token}` }) },
    })
    const timer = setTimeout(() => request.destroy(new Error(`timed out after ${timeout} ms`)), timeout)
    request.once('error', reject).once('close', () => clearTimeout(timer))
    request.once('response', (response: IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
        if (body.length > 100 * LIMIT) request.destroy(new Error('the answer is too long for a watchman'))
      })
      response.once('error', reject).once('end', () => {
        resolve({ status: response.statusCode, state: response.headers['x-watchman-status'], body })
      })
    })
  })
}
