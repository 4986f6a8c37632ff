import type { Answer, Framed } from '@watchman/core'
import { headersOf, type Reply } from './reply.ts'

/** Makes responses of answers that are text, and has the replies to send in their place. */
export interface TextReplies {
  readonly respond: NonNullable<Framed['respond']>
  /** The reply of a response that `respond` made. */
  replyOf(response: Response): Reply | undefined
}

/** A response costs more than all else that is done for a request: one is made for all requests with the same answer. */
export function textReplies(): TextReplies {
  const responses = new WeakMap<Answer, Response>()
  const replies = new WeakMap<Response, Reply>()
  return {
    respond(answer) {
      const known = responses.get(answer)
      if (known) return known
      const response = new Response(answer.body, answer)
      responses.set(answer, response)
      replies.set(response, textReply(answer, headersOf(response)))
      return response
    },
    replyOf: (response) => replies.get(response),
  }
}

function textReply({ status, body }: Answer, headers: Reply['headers']): Reply {
  const text = body ?? ''
  const length = Buffer.byteLength(text)
  const lines = Object.entries({ ...headers, 'Content-Length': `${length}` }).flat(2)
  return { status, headers, lines, encoding: length === text.length ? 'latin1' : 'utf8', body: text }
}
