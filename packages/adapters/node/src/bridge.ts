import { Readable } from 'node:stream'
import { type Endpoint, handleOf } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import { lazyRequests } from './lazy-request.ts'
import { internalError } from './problems.ts'
import { type Reply, replyOf } from './reply.ts'
import { textReplies } from './text-replies.ts'
import { urls } from './urls.ts'

/** Answers one request. Never rejects. */
export type Bridge = (exchange: Exchange) => Promise<Reply>

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
  const urlOf = urls()
  const lazyRequest = lazyRequests()
  const text = textReplies()

  return async (exchange) => {
    const { incoming, outgoing, path, target = incoming.url ?? '/', raw } = exchange
    const request = lazyRequest(incoming, outgoing, urlOf(incoming, target))
    try {
      const response = await handle(request, { path, raw, respond: text.respond })
      return text.replyOf(response) ?? tie(await replyOf(response, request.method), exchange)
    } catch {
      return replyOf(await internalError(request), request.method)
    }
  }
}

/** A stream and its connection end together, whoever sends the stream. */
function tie(reply: Reply, { outgoing }: Exchange): Reply {
  const { body } = reply
  if (body instanceof Readable) {
    body.once('error', () => outgoing.destroy())
    if (hasClosed(outgoing)) body.destroy()
    else outgoing.once('close', () => body.destroy())
  }
  return reply
}
