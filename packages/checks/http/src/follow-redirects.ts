import type { AgentQueue } from './agent-queue.ts'
import { exchange, type HttpRequest, type HttpResponse, type Route } from './exchange.ts'

/** The headers that another origin gets too. Any other may contain a secret. */
const HARMLESS = ['accept', 'accept-language', 'user-agent']

const REDIRECTS = [301, 302, 303, 307, 308]

/** The response after the last redirect. */
export interface FinalResponse extends HttpResponse {
  /** Where it came from. */
  readonly url: URL
  /** How many redirects led there. */
  readonly redirects: number
}

/** Sends a request, each time the way that `routeTo` returns, and follows at most `max` redirects. */
export async function followRedirects(
  first: HttpRequest,
  routeTo: (url: URL) => Route,
  max: number,
  queue: AgentQueue,
  signal: AbortSignal,
): Promise<FinalResponse> {
  let request = first
  for (let redirects = 0; ; redirects += 1) {
    const { url } = request
    const response = await exchange(request, routeTo(url), queue, signal)
    const { location } = response.headers
    if (redirects === max || location === undefined || !REDIRECTS.includes(response.status)) {
      return { ...response, url, redirects }
    }
    request = redirected(request, response.status, location)
  }
}

/** The request that follows a redirect, as the Fetch standard says, but without any header that may be a secret of its origin. */
function redirected({ url, method, headers }: HttpRequest, status: number, location: string): HttpRequest {
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  if (next?.protocol !== 'http:' && next?.protocol !== 'https:') {
    throw new Error(`answered ${status} with a Location that is not a URL of http: or https:`)
  }
  const isPost = method === 'POST' && (status === 301 || status === 302)
  const isSeeOther = status === 303 && method !== 'HEAD'
  return {
    url: next,
    method: isPost || isSeeOther ? 'GET' : method,
    headers: next.origin === url.origin ? headers : harmless(headers),
  }
}

function harmless(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.includes(name)))
}
