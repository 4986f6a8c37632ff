import { connect } from 'node:net'

/** Where the transports of SMTP connect to, of what nodemailer hands to `getSocket`. */
interface Target {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly secure?: boolean | undefined
  readonly localAddress?: string | undefined
  readonly connection?: unknown
  readonly socket?: unknown
}

/** What is used of a socket. */
interface Closable {
  /** Whether it is not connected yet. */
  readonly connecting?: boolean | undefined
  readonly bytesRead?: number | undefined
  on(event: 'error', listener: () => void): unknown
  destroy(error?: Error): unknown
  destroySoon?(): void
}

type GotSocket = (
  error: Error | null,
  socket?: { readonly connection?: Closable | undefined } | false,
) => void

/** nodemailer's hook for proxies: calls back with a connected socket, or with `false` for "open one yourself". */
type GetSocket = (target: Target, callback: GotSocket) => void

/** What is used of nodemailer to connect. */
export interface Connecting {
  /** A proxy's hook, until nodemailer moves it to the transport. */
  readonly getSocket?: GetSocket | false | undefined
  readonly transporter: { readonly getSocket?: GetSocket | undefined }
}

/**
 * Calls `use` with a view of `mailer` that connects by a socket of ours, which ends with `use` and at once when `signal`
 * aborts. Up to nodemailer 10.4, and in `verify` of all, nothing else can end it: the next would be `socketTimeout`,
 * after ten minutes. Everything but the socket (options, login, plugins, proxy, TLS) is the mailer's own, which does
 * not change, so that nobody else's mail is touched.
 *
 * @throws Error that says how far it had come, with the reason of `signal` as its cause; what `use` throws.
 */
export async function withOwnSocket<Mailer extends Connecting, Result>(
  mailer: Mailer,
  signal: AbortSignal,
  use: (view: Mailer) => PromiseLike<Result>,
): Promise<Result> {
  const sockets: Closable[] = []
  const transport = mailer.transporter

  const getSocket: GetSocket = (target, callback) => {
    const hook = mailer.getSocket || transport.getSocket
    const given: GotSocket = (error, socket) => {
      const connection = socket ? socket.connection : undefined
      if (connection) hold(connection)
      if (signal.aborted) callback(signal.reason)
      else if (error || socket || target.connection || target.socket) callback(error, socket)
      else open(target, callback)
    }
    if (hook) hook.call(transport, target, given)
    else given(null)
  }

  const open = ({ host = 'localhost', port, secure, localAddress }: Target, callback: GotSocket) => {
    const connection = connect({
      host,
      port: Number(port) || (secure ? 465 : 587), // nodemailer's own defaults
      ...(localAddress && { localAddress }),
    })
    hold(connection)
    connection.once('error', callback)
    connection.once('connect', () => {
      connection.off('error', callback)
      callback(null, { connection })
    })
  }

  const hold = (socket: Closable) => {
    socket.on('error', () => {}) // once it is destroyed, nobody else may listen any more
    sockets.push(socket)
    if (signal.aborted) end()
  }
  const end = () => {
    for (const socket of sockets) socket.destroy(signal.reason)
  }

  const over = new AbortController()
  // With its socket the run has ended, which nodemailer may take longer to tell.
  const ended = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      const socket = sockets.at(-1)
      if (socket) reject(explain(socket, signal.reason))
      end()
    }
    signal.addEventListener('abort', giveUp, { signal: over.signal })
  })
  try {
    const used = use(replacing(mailer, 'transporter', replacing(transport, 'getSocket', getSocket)))
    const failed = (error: unknown) => Promise.reject(signal.aborted ? signal.reason : error)
    return await Promise.race([used.then(undefined, failed), ended])
  } finally {
    over.abort()
    // What nodemailer still says, a QUIT, is written; a server that never closes its side does not keep the socket.
    for (const socket of sockets) (socket.destroySoon ?? socket.destroy).call(socket)
  }
}

/** Says how far a conversation with a mail server, which speaks first, has come at the deadline. */
function explain({ connecting, bytesRead }: Closable, reason: unknown): unknown {
  if (connecting) return new Error('no connection to the mail server yet', { cause: reason })
  if (bytesRead !== 0) return reason
  return new Error('the mail server has accepted the connection and says nothing', { cause: reason })
}

/** A view of `object` with another `value` for `key`. Writing to the view writes to the object. */
function replacing<Viewed extends object>(object: Viewed, key: keyof Viewed, value: unknown): Viewed {
  return new Proxy(object, {
    get: (target, name, receiver) => (name === key ? value : Reflect.get(target, name, receiver)),
  })
}
