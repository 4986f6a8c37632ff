import type { Watchman } from '@watchman/core'

/** What an endpoint answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON where the response is JSON, else the text. */
  readonly body: unknown
}

/** Sends a request for `path` to `watchman`: GET, unless `init` says otherwise. */
export async function ask(
  watchman: Pick<Watchman, 'fetch'>,
  path = '/',
  init?: RequestInit,
): Promise<Answer> {
  const response = await watchman.fetch(new Request(`http://status.test${path}`, init))
  const { status, headers } = response
  const text = await response.text()
  const isJson = headers.get('content-type') === 'application/json' && text !== ''
  return { status, headers, text, body: isJson ? JSON.parse(text) : text }
}
