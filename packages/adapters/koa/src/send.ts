import { isStream, type Reply } from '@watchman/node/adapter'
import type { Context } from 'koa'

/** Sends through Koa, so that middleware in front sees the answer, unless something else has answered meanwhile. */
export function send({ status, headers, body }: Reply, context: Context): void {
  const { res } = context
  if (res.headersSent) return
  context.status = status
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string')
      res.setHeader(name, value) // what `context.set` does, in half the time
    else context.append(name, value) // keeps the cookies of earlier middleware
  }
  if (context.method === 'HEAD') {
    context.body = ''
    context.remove('Content-Length') // Koa has set that of the empty body, which GET does not get
  } else {
    context.body = isStream(body) || typeof body === 'string' ? body : Buffer.from(body)
  }
  if (headers['content-type'] === undefined) context.remove('Content-Type') // Koa has guessed one
}
