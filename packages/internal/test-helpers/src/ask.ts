/** What an endpoint answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON where the response is JSON, else the text. */
  readonly body: unknown
}

/** A watchman. Not its own type: the tests of core use this package too. */
interface Endpoint {
  fetch(request: Request): Promise<Response>
}

/** Sends a request for `path` to `watchman`: GET, unless `init` says otherwise. */
export async function ask(watchman: Endpoint, path = '/', init?: RequestInit): Promise<Answer> {
  return answerOf(await watchman.fetch(new Request(`http://status.test${path}`, init)))
}

/** Sends a request to a server: GET, unless `init` says otherwise. */
export async function askServer(url: string, init?: RequestInit): Promise<Answer> {
  return answerOf(await fetch(url, init))
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response
  const text = await response.text()
  const isJson = headers.get('content-type') === 'application/json' && text !== ''
  return { status, headers, text, body: isJson ? JSON.parse(text) : text }
}
