import { watchman } from '../../../lib/watchman'

export const dynamic = 'force-dynamic' // asked anew for each request, never at build

export async function GET(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.slice('/watchman'.length)
  return watchman.handle(request, { path })
}

// Watchman refuses the others, in JSON.
export { GET as DELETE, GET as HEAD, GET as OPTIONS, GET as PATCH, GET as POST, GET as PUT }
