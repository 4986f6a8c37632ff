import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** A response with its body as text. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** What to send beside the URL. */
export interface HttpRequestOptions {
  /** @default 'GET' */
  readonly method?: string | undefined
  /** Names and values in turn, so that a name may occur twice. @default [] */
  readonly headers?: readonly string[] | undefined
  /** @default none */
  readonly body?: string | undefined
}

/** Sends a request on a new connection. The target is sent as it is written; certificates are not verified. */
export function httpRequest(url: string, options: HttpRequestOptions = {}): Promise<HttpResponse> {
  const { protocol, hostname, port, host } = new URL(url)
  const { method = 'GET', headers = [], body } = options
  const send = protocol === 'https:' ? requestHttps : requestHttp
  const request = send({
    hostname,
    port,
    path: targetOf(url).replace(/^(?!\/)/, '/'),
    method,
    headers: [...(headers.includes('Host') ? [] : ['Host', host]), ...headers, 'Connection', 'close'],
    agent: false,
    rejectUnauthorized: false,
  })
  return new Promise((resolve, reject) => {
    request.once('error', reject)
    request.once('response', async (response) => {
      try {
        const chunks: Uint8Array[] = []
        for await (const chunk of response) chunks.push(chunk)
        const received = new Headers()
        for (const [name, values] of Object.entries(response.headersDistinct)) {
          for (const value of values ?? []) received.append(name, value)
        }
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: received, text })
      } catch (error) {
        reject(error)
      }
    })
    request.end(body)
  })
}

/** The part of a URL after the host, as it is written: `new URL` would normalize it. */
export function targetOf(url: string): string {
  return url.replace(/^\w+:\/\/[^/?]*/, '')
}
