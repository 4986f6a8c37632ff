/** The part of a connection that is used. */
export interface NodeConnection {
  readonly bytesRead: number
  /** What the handshake of TLS has agreed on: `'h2'` for HTTP/2. */
  readonly alpnProtocol?: string | false | null
  destroy(): unknown
  /** Closes it once what was written has been sent. */
  destroySoon(): void
  once(event: 'close', listener: () => void): unknown
}

/** The part of a session of HTTP/2 that is used. */
export interface NodeSession {
  /** Sends GOAWAY, and closes the connection once the streams have ended. */
  close(): void
  destroy(): void
  once(event: 'close', listener: () => void): unknown
}

/** The part of a request that is used. */
export interface NodeRequest {
  readonly socket: object
}

/** The part of a response that is used. */
export interface NodeResponse {
  readonly headersSent: boolean
  once(event: 'close', listener: () => void): unknown
}

/** The part of a server of `node:http`, `node:https` or `node:http2` that is used. */
export interface NodeServer {
  readonly listening: boolean
  close(callback?: () => void): unknown
  /** Only servers that speak HTTP/1 have it. */
  closeIdleConnections?(): void
  on(event: 'connection', listener: (connection: NodeConnection) => void): unknown
  on(event: 'secureConnection', listener: (connection: NodeConnection) => void): unknown
  on(event: 'session', listener: (session: NodeSession) => void): unknown
  on(event: 'listening', listener: () => void): unknown
  prependListener(event: 'request', listener: (request: NodeRequest, response: NodeResponse) => void): unknown
  removeListener(
    event: 'connection' | 'secureConnection',
    listener: (connection: NodeConnection) => void,
  ): unknown
  removeListener(event: 'session', listener: (session: NodeSession) => void): unknown
  removeListener(event: 'listening', listener: () => void): unknown
  removeListener(event: 'request', listener: (request: NodeRequest, response: NodeResponse) => void): unknown
}
