import { type Endpoint, handleOf, splitTarget, type TextResponse, textResponse } from '@watchman/core/adapter'
import { adapterRequest } from './adapter-request.ts'
import { isStream } from './body.ts'
import type { Exchange, Outgoing } from './exchange.ts'
import { isClosed } from './is-closed.ts'
import { type Reply, replyOf } from './reply.ts'
import { createTextReplies } from './text-reply.ts'

/** Answers one request. Never rejects. */
export type Bridge = (exchange: Exchange) => Promise<Reply>

const FAILED = textResponse(500)
const NOT_FOUND = textResponse(404)

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
    try {
      const { incoming, path, target = incoming.url ?? '/' } = exchange
      if (path === undefined || hasBackslash(target)) return toTextReply(NOT_FOUND, incoming.method ?? 'GET')
      const request = adapterRequest(exchange, path)
      const response = await handle(request)
      if (isText(response)) return toTextReply(response, request.method)
      return endWithConnection(await replyOf(response, request.method), exchange.outgoing)
    } catch {
      return toTextReply(FAILED, 'GET') // reads nothing of the request, which may be why it failed; Node sends no body to HEAD
    }
  }
}

/** Whether a path has a backslash. URLs have none, and parsers that turn it into a slash make another path of it. */
function hasBackslash(target: string): boolean {
  return target.includes('\\') && splitTarget(target).path.includes('\\')
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
