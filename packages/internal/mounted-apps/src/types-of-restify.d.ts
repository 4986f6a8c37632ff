// The part of restify that is used. It comes without types of its own.
declare module 'restify' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http'

  interface RestifyServer {
    readonly server: Server
    pre(middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void
    get(
      path: string,
      handler: (request: IncomingMessage, response: RestifyResponse, next: () => void) => void,
    ): void
  }

  interface RestifyResponse extends ServerResponse {
    send(body: string): void
  }

  const restify: { createServer(): RestifyServer }
  export default restify
}
