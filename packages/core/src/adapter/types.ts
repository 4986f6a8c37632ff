/** An answer that is text. It is the same object for as long as the report is reused. */
export interface TextResponse {
  /** Tells it from a `Response`. */
  readonly kind: 'text'
  /** The HTTP status. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body. For HEAD it is what GET gets; the adapter leaves it out. */
  readonly body: string
}

/** One request, as an adapter passes it to the endpoint. */
export interface AdapterRequest {
  /** The HTTP method, in upper case. */
  readonly method: string
  /** The path below the mount, as it was sent: `'/ping'`. `''` and `'/'` are the root. */
  readonly path: string
  /** The query with its question mark, as it was sent; empty if it has none. */
  readonly search: string
  /** Returns the value of a header by its name in lower case. Several `authorization` headers must be joined by commas. */
  header(name: string): string | undefined
  /** Makes the request. Called only for check functions, `authorize` and the views of plugins. */
  request(): Request
  /** The framework's own request, for check functions. */
  readonly raw?: unknown
}

/** Answers one request. Never rejects. */
export type Handle = (request: AdapterRequest) => Promise<TextResponse | Response>

/** What an adapter mounts: a watchman, or one of its functions such as `watchman.bare`. */
export type Endpoint =
  | { fetch(request: Request): Promise<Response> }
  | ((request: Request) => Promise<Response>)
