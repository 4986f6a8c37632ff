import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** A request of Node's HTTP servers. */
export type Incoming = IncomingMessage | Http2ServerRequest

/** The response to it. */
export type Outgoing = ServerResponse | Http2ServerResponse

/** One request, and what an adapter knows about it. */
export interface Exchange {
  /** The request. Its body is not read. */
  readonly incoming: Incoming
  /** The response to it. The bridge only listens to it. */
  readonly outgoing: Outgoing
  /** The path below the mount, as it was sent: `'/ping'`. Undefined for one that is answered with 404. */
  readonly path: string | undefined
  /** The target that the client requested, where the framework has shortened it. @default incoming.url */
  readonly target?: string | undefined
  /** The framework's own request, for check functions. */
  readonly raw?: unknown
}
