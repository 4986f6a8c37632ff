// TODO: this stands in for an app of acme-client. Make one, and mount the handler in it. // @client
// TODO: this stands in for an app of your framework. Make one, and mount the handler in it. // @alone
import { createServer, type Server } from 'node:http'
import { pathBelow, splitTarget } from '@watchman/core/adapter'
import type { AcmeMiddleware } from '../src/index.ts'

/** Makes a server with the middleware at `mount`, which is removed from `url`. Other requests are answered with `app`. */
export function createApp(mount: string, middleware: AcmeMiddleware): Server {
  return createServer((request, response) => {
    const { url: originalUrl = '/' } = request
    const below = pathBelow(originalUrl, mount)
    if (below === undefined) return response.end('app')
    const url = below + splitTarget(originalUrl).search
    return middleware(Object.assign(request, { originalUrl, url }), response)
  })
}
