import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { redactText } from '@watchman/core/driver'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { oneLine } from '../one-line.ts'

/** Options of the command `probe`. */
export interface ProbeOptions {
  /** The token of a protected endpoint. @default none */
  readonly token?: string
  /** Milliseconds to wait for the response. */
  readonly timeout: number
  /** Milliseconds for which an endpoint that is not ok is requested again. @default 0 */
  readonly wait?: number
  /** Further headers, by name. @default {} */
  readonly header?: Readonly<Record<string, string>>
  /** The path of a Unix domain socket that the endpoint listens on. @default none: TCP */
  readonly unixSocket?: string
}

/** Characters of a response that are printed. */
const LIMIT = 1000

/** Milliseconds between two requests while it waits. */
const INTERVAL = 250

/** Requests a running endpoint until it is ok or the time to wait has passed. Prints only problems. Returns the exit code. */
export async function probe(url: URL, options: ProbeOptions): Promise<number> {
  const end = performance.now() + (options.wait ?? 0)
  for (;;) {
    const left = Math.ceil(end - performance.now())
    const timeout = left > 0 ? Math.min(options.timeout, left) : options.timeout
    try {
      return await probeOnce(url, { ...options, timeout })
    } catch (error) {
      if (performance.now() + 2 * INTERVAL > end) throw error // less would not be enough for a response
      await sleep(INTERVAL)
    }
  }
}

async function probeOnce(url: URL, options: ProbeOptions): Promise<number> {
  // The user info and the query may contain secrets.
  const shown = `${url.origin}${url.pathname}`
  const { status, state, body } = await ask(url, options).catch((error) => {
    throw failure(exitCode.failing, `${shown} does not answer: ${messageOf(error)}`)
  })
  const answered = `${shown} answered ${status}`
  const text = oneLine(redactText(body)).slice(0, LIMIT)
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
async function ask(url: URL, { token, timeout, header, unixSocket }: ProbeOptions): Promise<ProbeResponse> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const request = get(url, {
      agent: false,
      headers: { ...(token && { Authorization: `Bearer ${token}` }), ...header },
      ...(unixSocket !== undefined && { socketPath: unixSocket }),
    })
    const timer = setTimeout(() => request.destroy(new Error(`timed out after ${timeout} ms`)), timeout)
    const answer = ({ statusCode, headers }: IncomingMessage, body: string) =>
      resolve({ status: statusCode, state: headers['x-watchman-status'], body })
    request.once('error', reject).once('close', () => {
      clearTimeout(timer)
      reject(new Error('the connection was closed')) // does nothing after a response
    })
    request.once('upgrade', (response: IncomingMessage, socket: Duplex) => {
      socket.destroy()
      answer(response, '')
    })
    request.once('response', (response: IncomingMessage) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
        if (body.length > 100 * LIMIT)
          request.destroy(new Error('the response is too long for a Watchman endpoint'))
      })
      response.once('error', reject).once('end', () => answer(response, body))
    })
  })
}
