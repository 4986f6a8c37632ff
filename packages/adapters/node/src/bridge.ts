import type { Answered } from '@watchman/core'
import { isStream } from './body.ts'
import { type Endpoint, handleOf } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import { lazyRequest } from './lazy-request.ts'
import { internalError } from './problems.ts'
import { remembering } from './remembering.ts'
import { type Reply, replyOf } from './reply.ts'
import { parseTarget } from './target.ts'
import { isTextReply, type TextReply, textReplies } from './text-reply.ts'

/** Answers one request: at once where nothing is waited for. Never throws or rejects. */
export type Bridge = (exchange: Exchange) => Reply | Promise<Reply>

/**
 * Makes the bridge between Node's requests and an endpoint, for an adapter which errors call `owner`.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no endpoint.
 * @example
 * const answer = bridge(watchman, 'myHandler')
 * const reply = await answer({ incoming, outgoing, path: '/ping' })
 */
export function bridge(endpoint: Endpoint, owner: string): Bridge {
  const handle = handleOf(endpoint, owner)
  const parse = remembering(parseTarget)
  const respond = textReplies()

  async function finish(
    { outgoing }: Exchange,
    request: Request,
    answer: () => Answered<TextReply>,
  ): Promise<Reply> {
    try {
      const answered = await answer()
      if (isTextReply(answered)) return answered
      const reply = await replyOf(answered, request.method)
      tie(reply, outgoing)
      return reply
    } catch {
      return replyOf(await internalError(request), request.method)
    }
  }

  return (exchange) => {
    const { incoming, outgoing, path, raw } = exchange
    const target = parse(exchange.target ?? incoming.url ?? '/')
    const request = lazyRequest({ incoming, outgoing, target })
    try {
      const answered = handle(request, { path, raw, search: target.search, respond })
      return isTextReply(answered) ? answered : finish(exchange, request, () => answered)
    } catch (error) {
      return finish(exchange, request, () => Promise.reject(error))
    }
  }
}

/** A stream and its connection end together, whoever sends the stream. */
function tie({ body }: Reply, outgoing: Exchange['outgoing']): void {
  if (!isStream(body)) return
  body.once('error', () => outgoing.destroy())
  if (hasClosed(outgoing)) body.destroy()
  else outgoing.once('close', () => body.destroy())
}
