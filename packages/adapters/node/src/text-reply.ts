import type { TextResponse } from '@watchman/core/adapter'
import type { Reply } from './reply.ts'

/** A reply with a string body and precomputed headers. */
export interface TextReply extends Reply {
  readonly kind: 'text'
  /** The headers with the length of the body, as `writeHead` takes them. */
  readonly lines: string[]
  /** How to write the text: Node writes plain ASCII faster with the encoding latin1. */
  readonly encoding: 'latin1' | 'utf8'
  readonly body: string
}

/** Makes the function that turns text responses into replies: one reply for all requests that get the same response. */
export function createTextReplies(): (response: TextResponse, method: string) => TextReply {
  const replies = new WeakMap<TextResponse, TextReply>()
  return (response, method) => {
    let reply = replies.get(response)
    if (!reply) {
      reply = toTextReply(response)
      replies.set(response, reply)
    }
    return method === 'HEAD' ? { ...reply, body: '' } : reply // the length stays that of GET
  }
}

/** Whether a reply is of this kind. */
export function isTextReply(reply: Reply): reply is TextReply {
  return reply.kind === 'text'
}

function toTextReply({ status, headers, body }: TextResponse): TextReply {
  const length = Buffer.byteLength(body)
  const lines = Object.entries(headers).flat()
  lines.push('content-length', `${length}`)
  return { kind: 'text', status, headers, lines, encoding: length === body.length ? 'latin1' : 'utf8', body }
}
