import type { Answer } from '@watchman/core'
import type { Reply } from './reply.ts'

/** A reply whose text and headers stand from the start. */
export interface TextReply extends Reply {
  /** The headers with the length of the body, as `writeHead` takes them. */
  readonly lines: string[]
  /** How to write the text: plain ASCII costs less where Node is told so. */
  readonly encoding: 'latin1' | 'utf8'
  readonly body: string
}

/** Makes the function that makes replies of answers: one for all requests with the same answer. */
export function textReplies(): (answer: Answer) => TextReply {
  const replies = new WeakMap<Answer, TextReply>()
  return (answer) => {
    const known = replies.get(answer)
    if (known) return known
    const reply = textReply(answer)
    replies.set(answer, reply)
    return reply
  }
}

/** What is left of it for HEAD: the headers, and the length that the body would have. */
export function withoutBody(reply: TextReply): TextReply {
  return { ...reply, body: '' }
}

/** Whether it is of this kind. */
export function isTextReply(value: unknown): value is TextReply {
  return 'lines' in Object(value)
}

function textReply({ status, headers, body }: Answer): TextReply {
  const length = Buffer.byteLength(body ?? '')
  const lines: string[] = []
  for (const [name, value] of Object.entries(headers)) lines.push(name, value)
  lines.push('content-length', `${length}`)
  return { status, headers, lines, encoding: length === body?.length ? 'latin1' : 'utf8', body: body ?? '' }
}
