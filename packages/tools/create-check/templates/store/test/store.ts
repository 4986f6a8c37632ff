import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'

/** A store of texts by their keys, with PUT, GET and DELETE. */
export function store(texts: Map<string, string>): RequestListener {
  return async (request, response) => {
    const key = new URL(`http://localhost${request.url}`).searchParams.get('key') ?? ''
    const before = texts.get(key)
    if (request.method === 'PUT') texts.set(key, await text(request))
    if (request.method === 'DELETE') texts.delete(key)
    const isMissing = request.method === 'GET' && before === undefined
    response.writeHead(isMissing ? 404 : 200).end(request.method === 'GET' ? before : '')
  }
}
