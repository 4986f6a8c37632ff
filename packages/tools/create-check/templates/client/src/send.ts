import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request to the server. */
export interface Message {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  readonly url: URL
  /** @default '' */
  readonly body?: string
  /** Aborts the request and closes its connection. */
  readonly signal: AbortSignal
}

/** Sends a request on its own connection. Resolves to the text of the response, or undefined for 404. */
export async function send({ method, url, body = '', signal }: Message): Promise<string | undefined> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, signal, agent: false }).once('response', resolve).once('error', reject).end(body)
  })
  const answer = await text(response)
  if (response.statusCode === 404) return undefined
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode} ${answer}`)
  return answer
}
