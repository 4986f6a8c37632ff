import type { Incoming, Outgoing } from './exchange.ts'
import { hasClosed } from './has-closed.ts'
import { once } from './once.ts'
import type { Target } from './target.ts'
import { urlOf } from './url-of.ts'

/** What a lazy request is made of. */
interface Source {
  readonly incoming: Incoming
  readonly outgoing: Outgoing
  readonly target: Target
}

/** The same, and what has been made of it so far. */
interface State extends Source {
  url?: string
  headers?: Headers
  signal?: AbortSignal
  request?: Request
}

const STATE = Symbol('state')

interface Lazy {
  readonly [STATE]: State
}

/** Made with the first request: Node loads what is behind `Request` when it is named. */
const prototype = once(makePrototype)

/**
 * Makes a `Request` that builds no more of itself than is read: a real one costs more than all else that a status endpoint
 * does. It has no body. Where the platform wants one of its own, as in `new Request(request)`, hand it `request.clone()`.
 */
export function lazyRequest({ incoming, outgoing, target }: Source): Request {
  const state: State = { incoming, outgoing, target }
  const request = Object.create(prototype())
  request[STATE] = state
  return request
}

/** What is answered without a request of the platform. */
const OWN: ReadonlyMap<string, (state: State) => unknown> = new Map(
  Object.entries({
    method: ({ incoming }: State) => incoming.method,
    url: urlOfState,
    headers: headersOf,
    signal: signalOf,
  }),
)

function makePrototype(): object {
  const prototype = Object.create(Request.prototype)
  for (const name of Object.getOwnPropertyNames(Request.prototype)) {
    if (name === 'constructor') continue
    const read = OWN.get(name) ?? ((state) => memberOf(requestOf(state), name))
    Object.defineProperty(prototype, name, {
      get(this: Lazy) {
        return read(this[STATE])
      },
    })
  }
  return prototype
}

function memberOf(request: Request, name: string): unknown {
  const value: unknown = Reflect.get(request, name)
  return typeof value === 'function' ? value.bind(request) : value
}

function requestOf(state: State): Request {
  const { method = 'GET' } = state.incoming
  const init = { method, headers: headersOf(state), signal: signalOf(state) }
  state.request ??= new Request(urlOfState(state), init)
  return state.request
}

function urlOfState(state: State): string {
  state.url ??= urlOf(state.incoming, state.target)
  return state.url
}

function headersOf(state: State): Headers {
  if (state.headers) return state.headers
  const { headers: given, rawHeaders } = state.incoming
  const headers = new Headers()
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith(':')) continue // HTTP/2 has the method and the target here
    for (const one of [value].flat()) headers.append(name, one ?? '')
  }
  // Node keeps the first of several: which of them a proxy in front has looked at is unknown, so that none may pass.
  const authorizations = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  )
  if (authorizations.length > 1) headers.set('authorization', authorizations.join(', '))
  state.headers = headers
  return headers
}

/** Aborts when the client goes away. */
function signalOf(state: State): AbortSignal {
  if (state.signal) return state.signal
  const { outgoing } = state
  const controller = new AbortController()
  const abort = () => {
    if (!outgoing.writableEnded) controller.abort()
  }
  if (hasClosed(outgoing)) abort()
  else outgoing.once('close', abort)
  state.signal = controller.signal
  return state.signal
}
