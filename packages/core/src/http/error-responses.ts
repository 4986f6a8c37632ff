import type { TextResponse } from '../adapter/types.ts'

/** What every answer carries: it is not stored, its type is not guessed, and its URL, which may contain a token, is not sent on. */
export const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

const MESSAGES: ReadonlyMap<number, string> = new Map([
  [403, 'Forbidden'],
  [404, 'Not found'],
  [405, 'Method not allowed'],
  [500, 'Internal error'],
  [503, 'Closed'],
])

/**
 * Returns the answer that the endpoint gives for an error: `{"error":404,"message":"Not found"}`.
 *
 * @example
 * if (path === undefined) return send(textResponse(404))
 */
export function textResponse(status: 403 | 404 | 405 | 500 | 503): TextResponse {
  return errorResponse(status, MESSAGES.get(status))
}

/** The same with another message, and with more headers. */
export function errorResponse(
  status: number,
  message: string | undefined,
  headers: TextResponse['headers'] = {},
): TextResponse {
  return {
    kind: 'text',
    status,
    headers: { 'content-type': 'application/json', ...COMMON_HEADERS, allow: 'GET, HEAD', ...headers },
    body: JSON.stringify({ error: status, message }),
  }
}
