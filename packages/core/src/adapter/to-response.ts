import type { TextResponse } from './types.ts'

/**
 * Makes the `Response` of what a `Handle` has answered, for frameworks that send one.
 *
 * @example
 * return toResponse(await handle(request), request.method)
 */
export function toResponse(response: TextResponse | Response, method: string): Response {
  if (!('kind' in response)) return response
  const { status, headers, body } = response
  // An empty string would get a content type.
  return new Response(method === 'HEAD' || body === '' ? null : body, { status, headers })
}
