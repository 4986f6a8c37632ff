import { toResponse } from '../adapter/to-response.ts'
import type { Handle } from '../adapter/types.ts'

/** Makes a `fetch` function of an endpoint: its mount is the root of the URL. */
export function fetchHandler(handle: Handle): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, url, headers } = request
    const response = await handle({
      method,
      path: pathOf(url),
      search: searchOf(url),
      header: (name) => headers.get(name) ?? undefined,
      request: () => request,
    })
    return toResponse(response, method)
  }
}

/** The query of a URL, with its question mark; empty if it has none. */
function searchOf(url: string): string {
  return url.includes('?') ? url.replace(/^[^?#]*|#.*/g, '') : ''
}

/** The path of a URL. Where a client names no host, Bun's URLs begin with it. */
function pathOf(url: string): string {
  return url.replace(/^[^/?#]*:\/\/[^/?#]*|[?#].*$/g, '')
}
