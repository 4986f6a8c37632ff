import { type Bridge, type Incoming, type Outgoing, pathOf, send } from '@watchman/node/adapter'

/** A request of Express. */
type ExpressRequest = Incoming & {
  /** The target that the client asked for; Express cuts the mount off `url`. */
  readonly originalUrl: string
  /** What Express has cut off. */
  readonly baseUrl: string
}

declare module '@watchman/core' {
  interface RawRequests {
    /** What `@Req()` is in a controller: the request of Express. */
    readonly nestExpress: ExpressRequest
  }
}

/** The app of Express, as far as it is used. */
interface Express {
  use(
    prefix: string,
    handler: (request: ExpressRequest, response: Outgoing, next: () => void) => unknown,
  ): unknown
}

/** What tells of a body. */
const BODY = ['content-length', 'content-type', 'transfer-encoding']

/**
 * Prepares the app below Nest, whose versions 4 and 5 look alike from here, and returns how to mount on it. Between the two
 * come the middleware of the app and the parsers of Nest.
 */
export function onExpress(app: Express, prefix: string, answer: Bridge): () => void {
  // A parser that chokes on a body would have Nest answer in our place. Those that see none pass the request on.
  app.use(prefix, ({ headers }, _response, next) => {
    for (const name of BODY) delete headers[name]
    next()
  })
  return () => {
    app.use(prefix, (incoming, outgoing) => {
      const { originalUrl: target, baseUrl } = incoming
      const path = pathOf(target).slice(baseUrl.length) // below the mount `url` has lost a slash of `//ping`
      send(answer({ incoming, outgoing, path, target, raw: incoming }), outgoing)
    })
  }
}
