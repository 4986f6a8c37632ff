// TODO: this stands in for an app of acme-client. Make one, and mount the handler in it. // @client
// TODO: this stands in for an app of your framework. Make one, and mount the handler in it. // @alone
import { createServer, type Server } from 'node:http'
import type { AcmeMiddleware } from '../src/index.ts'

/** Makes a server with the middleware at `mount`, which is removed from `url`. Other requests are answered with `app`. */
export function createApp(mount: string, middleware: AcmeMiddleware): Server {
  const isBelow = new RegExp(`^(?:https?://[^/?#]*)?${mount}(?=[/?]|$)`, 'i')
  return createServer((request, response) => {
    const { url: originalUrl = '/' } = request
    if (!isBelow.test(originalUrl)) return response.end('app')
    return middleware(
      Object.assign(request, { originalUrl, url: originalUrl.replace(isBelow, '') }),
      response,
    )
  })
}
