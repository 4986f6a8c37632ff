import type { Answer, Answered } from '@watchman/core'
import { isStream } from './body.ts'
import { type Endpoint, handleOf } from './endpoint.ts'
import type { Exchange } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import { lazyRequest } from './lazy-request.ts'
import { internalError } from './problems.ts'
import { remembering } from './remembering.ts'
import { type Reply, replyOf } from './reply.ts'
import { parseTarget } from './target.ts'
import { isTextReply, type TextReply, textReplies, withoutBody } from './text-reply.ts'

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
  const ofGet = textReplies()
  const ofHead = (answer: Answer) => withoutBody(ofGet(answer))

  return ({ incoming, outgoing, path, raw, target: given = incoming.url ?? '/' }) => {
    const target = parse(given)
    const request = lazyRequest({ incoming, outgoing, target })
    try {
      const respond = incoming.method === 'HEAD' ? ofHead : ofGet
      const answered = handle(request, { path, raw, search: target.search, respond })
      return isTextReply(answered) ? answered : convert(answered, request, outgoing)
    } catch {
      return failed(request)
    }
  }
}

function convert(
  answered: Answered<TextReply>,
  request: Request,
  outgoing: Exchange['outgoing'],
): Promise<Reply> {
  return Promise.resolve(answered).then(
    (response) => (isTextReply(response) ? response : read(response, request, outgoing)),
    () => failed(request),
  )
}

async function read(response: Response, request: Request, outgoing: Exchange['outgoing']): Promise<Reply> {
  try {
    return tie(await replyOf(response, request.method), outgoing)
  } catch {
    return failed(request)
  }
}

async function failed(request: Request): Promise<Reply> {
  return replyOf(await internalError(request), request.method)
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
