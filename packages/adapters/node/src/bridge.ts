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

  return ({ incoming, outgoing, path, raw, target: given = incoming.url ?? '/' }) => {
    const target = parse(given)
    const request = lazyRequest({ incoming, outgoing, target })

    const fail = async () => replyOf(await internalError(request), request.method)
    const convert = async (response: Response) => {
      try {
        return tie(await replyOf(response, request.method), outgoing)
      } catch {
        return fail()
      }
    }
    const toReply = (answered: Response | TextReply) => (isTextReply(answered) ? answered : convert(answered))

    try {
      const answered = handle(request, { path, raw, search: target.search, respond })
      return isTextReply(answered) ? answered : Promise.resolve(answered).then(toReply, fail)
    } catch {
      return fail()
    }
  }
}

/** A stream and its connection end together, whoever sends the stream. */
function tie(reply: Reply, outgoing: Exchange['outgoing']): Reply {
  const { body } = reply
  if (isStream(body)) {
    body.once('error', () => outgoing.destroy())
    if (hasClosed(outgoing)) body.destroy()
    else outgoing.once('close', () => body.destroy())
  }
  return reply
}
