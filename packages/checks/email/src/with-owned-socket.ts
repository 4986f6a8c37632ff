import { connect } from 'node:net'
import { errorMessage, settlesLater } from '@watchman/core/driver'
import { overrideProperty } from './override-property.ts'
import { untilAborted } from './until-aborted.ts'

/** Where the SMTP transports connect to, as nodemailer passes it to `getSocket`. */
interface Destination {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly secure?: boolean | undefined
  readonly localAddress?: string | undefined
  readonly connection?: unknown
  readonly socket?: unknown
}

/** The members of a socket that are used. */
interface ClosableSocket {
  /** Whether it is not connected yet. */
  readonly connecting?: boolean | undefined
  readonly bytesRead?: number | undefined
  on(event: 'error', listener: () => void): unknown
  destroy(error?: Error): unknown
  destroySoon?(): void
}

type SocketCallback = (
  error: Error | null,
  socket?: { readonly connection?: ClosableSocket | undefined } | false,
) => void

/** nodemailer's hook for proxies: calls back with a connected socket, or with `false` to let nodemailer open one. */
type GetSocket = (destination: Destination, callback: SocketCallback) => void

/** The members of a transporter that decide how it connects. */
export interface ConnectingTransporter {
  /** A proxy's hook, until nodemailer moves it to the transport. */
  readonly getSocket?: GetSocket | false | undefined
  readonly transporter: { readonly getSocket?: GetSocket | undefined }
}

/**
 * Calls `use` with a view of `mailer` that connects through a socket of ours. The socket is closed when `use` has settled,
 * and at once when `signal` aborts. Nothing else can close it before `socketTimeout`, ten minutes later: not up to
 * nodemailer 10.4, and not for `verify` in any version. Options, login, plugins, proxy and TLS are those of the mailer,
 * which does not change, so that the mail of the application is not affected.
 *
 * @throws Error that says how far the connection had come, with `signal.reason` as its cause, at once when the signal aborts;
 * what `use` throws.
 */
export async function withOwnedSocket<Mailer extends ConnectingTransporter, Result>(
  mailer: Mailer,
  signal: AbortSignal,
  use: (view: Mailer) => PromiseLike<Result>,
): Promise<Result> {
  const sockets: ClosableSocket[] = []
  const transport = mailer.transporter

  const getSocket: GetSocket = (destination, callback) => {
    const hook = mailer.getSocket || transport.getSocket
    const pass: SocketCallback = (error, socket) => {
      const connection = socket ? socket.connection : undefined
      if (connection) own(connection)
      if (signal.aborted) callback(signal.reason)
      else if (error || socket || destination.connection || destination.socket) callback(error, socket)
      else open(destination, callback)
    }
    if (hook) hook.call(transport, destination, pass)
    else pass(null)
  }

  const open = (
    { host = 'localhost', port, secure, localAddress }: Destination,
    callback: SocketCallback,
  ) => {
    const connection = connect({
      host,
      port: Number(port) || (secure ? 465 : 587), // nodemailer's own defaults
      ...(localAddress && { localAddress }),
    })
    own(connection)
    connection.once('error', callback)
    connection.once('connect', () => {
      connection.off('error', callback)
      callback(null, { connection })
    })
  }

  const own = (socket: ClosableSocket) => {
    socket.on('error', () => {}) // after it is destroyed there may be no other listener
    sockets.push(socket)
    if (signal.aborted) destroyAll()
  }
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy(signal.reason)
  }

  const giveUp = (reason: unknown, settled: Promise<unknown>) => {
    const error = describeProgress(sockets.at(-1), reason)
    destroyAll()
    // Without a socket there is nothing to close: a proxy or a plugin of the application has not answered.
    return sockets.length > 0 ? error : settlesLater(error, settled)
  }

  const view = overrideProperty(mailer, 'transporter', overrideProperty(transport, 'getSocket', getSocket))
  try {
    return await untilAborted(() => use(view), signal, giveUp)
  } finally {
    // Sends what is still buffered, a QUIT, and does not wait for the server to close its side.
    for (const socket of sockets) (socket.destroySoon ?? socket.destroy).call(socket)
  }
}

/** Returns the error that says how far a conversation had come at the deadline. The server speaks first in SMTP. */
function describeProgress(socket: ClosableSocket | undefined, cause: unknown): Error {
  if (!socket || socket.connecting) return new Error('no connection to the mail server yet', { cause })
  if (socket.bytesRead !== 0) return new Error(errorMessage(cause), { cause })
  return new Error('the mail server has accepted the connection and says nothing', { cause })
}
