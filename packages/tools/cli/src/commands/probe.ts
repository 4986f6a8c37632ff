import type { IncomingMessage } from 'node:http'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { oneLine } from '../one-line.ts'

/** Options of the command `probe`. */
export interface ProbeOptions {
  /** The token of a protected endpoint. @default none */
  readonly token?: string
  /** Milliseconds to wait for the response. */
  readonly timeout: number
}

/** Characters of a response that are printed. */
const LIMIT = 1000

/** Requests a running endpoint. Prints only problems. Returns the exit code. */
export async function probe(url: URL, { token, timeout }: ProbeOptions): Promise<number> {
  // The user info and the query may contain secrets.
  const shown = `${url.origin}${url.pathname}`
  const { status, state, body } = await ask(url, token, timeout).catch((error) => {
    throw failure(exitCode.failing, `${shown} does not answer: ${messageOf(error)}`)
  })
  const answered = `${shown} answered ${status}`
  const text = oneLine(body).slice(0, LIMIT)
  // A page of another server must not count as ok.
  const isWatchman = state !== undefined || body === 'pong' || (status !== 200 && /^\{.*\}$/.test(text))
  if (!isWatchman) {
    throw failure(
      exitCode.failing,
      `${answered}, but not like a Watchman endpoint: pass its URL, or that of its /bare or /ping`,
    )
  }
  if (status !== 200) throw failure(exitCode.failing, [answered, text].filter(Boolean).join(': '))
  if (state === 'degraded') console.log([`${shown} is degraded`, text].filter(Boolean).join(': '))
  return 0
}

interface ProbeResponse {
  readonly status: number | undefined
  /** The header X-Watchman-Status: the state of the report. */
  readonly state: string | string[] | undefined
  readonly body: string
}

// Loading fetch takes longer than everything else here.
async function ask(url: URL, token: string | undefined, timeout: number): Promise<ProbeResponse> {
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
        if (body.length > 100 * LIMIT)
          request.destroy(new Error('the response is too long for a Watchman endpoint'))
      })
      response.once('error', reject).once('end', () => {
        resolve({ status: response.statusCode, state: response.headers['x-watchman-status'], body })
      })
    })
  })
}
