import { watchman } from '../../../lib/watchman'

export const dynamic = 'force-dynamic' // run for each request, never at build time

export function GET({ url, method, headers, signal }: Request): Promise<Response> {
  const below = new URL(url)
  below.pathname = below.pathname.slice('/watchman'.length)
  return watchman.fetch(new Request(below, { method, headers, signal }))
}

// Watchman answers the other methods with 405 in JSON.
export { GET as DELETE, GET as HEAD, GET as OPTIONS, GET as PATCH, GET as POST, GET as PUT }
