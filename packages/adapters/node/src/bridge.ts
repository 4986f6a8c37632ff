import { type Endpoint, handleOf, type TextResponse, textResponse } from '@watchman/core/adapter'
import { adapterRequest } from './adapter-request.ts'
import { isStream } from './body.ts'
import type { Exchange, Outgoing } from './exchange.ts'
import { isClosed } from './is-closed.ts'
import { type Reply, replyOf } from './reply.ts'
import { createTextReplies } from './text-reply.ts'

/** Answers one request. Never rejects. */
export type Bridge = (exchange: Exchange) => Promise<Reply>

const FAILED = textResponse(500)

/**
 * Makes the bridge between Node's requests and an endpoint, for an adapter which errors call `owner`.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a watchman or one of its functions.
 * @example
 * const answer = bridge(watchman, 'myHandler')
 * const reply = await answer({ incoming, outgoing, path: '/ping' })
 */
export function bridge(endpoint: Endpoint, owner: string): Bridge {
  const handle = handleOf(endpoint, owner)
  const toTextReply = createTextReplies()

  return async (exchange) => {
    const request = adapterRequest(exchange)
    const response = await handle(request)
    if (isText(response)) return toTextReply(response, request.method)
    try {
      return endWithConnection(await replyOf(response, request.method), exchange.outgoing)
    } catch {
      return toTextReply(FAILED, request.method)
    }
  }
}

function isText(response: TextResponse | Response): response is TextResponse {
  return 'kind' in response
}

/** A stream and its connection end together, whoever sends the stream. */
function endWithConnection(reply: Reply, outgoing: Outgoing): Reply {
  const { body } = reply
  if (isStream(body)) {
    body.once('error', () => outgoing.destroy())
    if (isClosed(outgoing)) body.destroy()
    else outgoing.once('close', () => body.destroy())
  }
  return reply
}
