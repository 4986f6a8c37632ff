import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What to ask for beside the URL. */
export interface Question {
  /** @default 'GET' */
  readonly method?: string | undefined
  /** Names and values by turns, so that a name may come twice. @default [] */
  readonly headers?: readonly string[] | undefined
  /** What to send. @default nothing */
  readonly body?: string | undefined
  /** The target of the request: `//evil.example/ping`. @default what the URL holds after its host, as it stands there */
  readonly target?: string | undefined
}

/** Asks a server on a connection of its own, whatever the target, and whoever has signed its certificate. */
export function ask(url: string, question: Question = {}): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(url)
  const { method = 'GET', headers = [], body, target = afterHost(url).replace(/^(?!\/)/, '/') } = question
  const request = protocol === 'https:' ? requestHttps : requestHttp
  const all = [...(headers.includes('Host') ? [] : ['Host', host]), ...headers, 'Connection', 'close']
  const options = {
    hostname,
    port,
    path: target,
    method,
    headers: all,
    agent: false,
    rejectUnauthorized: false,
  }
  return new Promise((resolve, reject) => {
    const asked = request(options)
    asked.once('error', reject)
    asked.once('response', async (response) => {
      try {
        const chunks: Uint8Array[] = []
        for await (const chunk of response) chunks.push(chunk)
        const answered = new Headers()
        for (const [name, values] of Object.entries(response.headersDistinct)) {
          for (const value of values ?? []) answered.append(name, value)
        }
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: answered, text })
      } catch (error) {
        reject(error)
      }
    })
    asked.end(body)
  })
}

/** What the URL holds after its host, as it stands there: a parser would tidy it up. */
export function afterHost(url: string): string {
  return url.replace(/^\w+:\/\/[^/?]*/, '')
}
