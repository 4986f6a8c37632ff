import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { RawRequest } from '@watchman/core'

/** A request as Node knows it. */
export type Incoming = IncomingMessage | Http2ServerRequest

/** The response that belongs to it. */
export type Outgoing = ServerResponse | Http2ServerResponse

/** One request and what an adapter knows of it. */
export interface Exchange {
  /** The request. Its body is not read. */
  readonly incoming: Incoming
  /** The response to it. Is only listened to. */
  readonly outgoing: Outgoing
  /** The path below the mount: `'/ping'`. */
  readonly path: string
  /** The target that the client asked for, where the framework has cut it. @default incoming.url */
  readonly target?: string | undefined
  /** The framework's own request, for checks that need it. */
  readonly raw?: RawRequest | undefined
}
