import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'

/** A database that answers one query. */
export function database(): RequestListener {
  return async (request, response) => {
    const query = await text(request)
    response.writeHead(query === 'SELECT 1' ? 200 : 400).end(query === 'SELECT 1' ? '1' : 'syntax error')
  }
}
