import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** What is sent to a server, and until when. */
export interface Message {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  readonly url: URL
  /** @default nothing */
  readonly body?: string
  /** Ends the request and its connection when it aborts. */
  readonly signal: AbortSignal
}

/** Sends a message on a connection of its own. Resolves to the text of the answer, undefined where there is none such. */
export async function send({ method, url, body = '', signal }: Message): Promise<string | undefined> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, signal, agent: false }).once('response', resolve).once('error', reject).end(body)
  })
  const answer = await text(response)
  if (response.statusCode === 404) return undefined
  if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode} ${answer}`)
  return answer
}
