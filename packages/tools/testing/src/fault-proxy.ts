import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRelay, type Relay } from './relay.ts'

const HOST = '127.0.0.1'

/** Milliseconds for which it tries to listen again on its port. */
const LISTEN_TIMEOUT = 10_000

/** No protocol starts like this. */
const GARBAGE = '\u0007!garbage!\u0007'.repeat(8)

/** Where the server listens. */
interface Address {
  /** @default '127.0.0.1' */
  readonly host?: string | undefined
  readonly port: number
}

/**
 * A TCP proxy to a server that makes the server look up, down, hung, slow or broken. It applies one fault at a time, to open
 * connections and to new ones, until another function is called.
 */
export interface FaultProxy {
  /** The address of the proxy, for the client under test. */
  readonly host: string
  /** Its port, which never changes. */
  readonly port: number
  /** The number of connections that clients have open. */
  readonly connections: () => number
  /** Forwards everything, as at first: the server is up. What was held back is sent. */
  readonly pass: () => Promise<void>
  /** Resets open connections and refuses new ones: the server is down. */
  readonly refuse: () => Promise<void>
  /** Accepts connections and holds back everything, on open ones too: the server hangs. */
  readonly hang: () => Promise<void>
  /** Holds back each piece of a response for some milliseconds: the network has a high latency. */
  readonly delay: (milliseconds: number) => Promise<void>
  /** Sends responses one byte at a time, `milliseconds` apart. */
  readonly trickle: (milliseconds: number) => Promise<void>
  /** Sends half of the next response, and then closes the connection. */
  readonly truncate: () => Promise<void>
  /** Sends meaningless bytes to each client that connects, and in place of each response. */
  readonly sendGarbage: () => Promise<void>
  /** Accepts connections and closes them at once. */
  readonly closeOnConnect: () => Promise<void>
  /** Resets open connections once; the fault stays as it is. */
  readonly reset: () => void
  /**
   * Silences open connections for good, as a firewall does that forgets them: what either side sends is lost, and a client that ends
   * its connection is not answered. The fault stays as it is, for new connections too.
   */
  readonly blackHole: () => void
  /** Stops the proxy and ends its connections. */
  readonly close: () => Promise<void>
}

interface Connection {
  readonly client: Socket
  readonly server: Socket
  readonly requests: Relay
  readonly responses: Relay
  isDialed: boolean
  /** Whether nothing is forwarded any more, whatever the fault. */
  isLost: boolean
}

/** What a fault does when a client connects, when it sends something or ends, and when the server does. */
interface Fault {
  readonly onConnect: (connection: Connection) => void
  readonly onRequest: (connection: Connection) => void
  readonly onResponse: (connection: Connection) => void
}

/**
 * Starts a proxy to the server at `target`, on a free port of the loopback interface or on the port given.
 *
 * @example
 * const proxy = await startFaultProxy({ port: 5432 })
 * const pool = new Pool({ host: proxy.host, port: proxy.port })
 * await proxy.hang()
 */
export async function startFaultProxy(
  target: Address,
  { port: listenPort = 0 }: { readonly port?: number | undefined } = {},
): Promise<FaultProxy> {
  const connections = new Set<Connection>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let port = listenPort

  function forward(connection: Connection): void {
    const { client, server, requests } = connection
    if (!connection.isDialed && !client.destroyed) {
      server.connect({ host: target.host ?? HOST, port: target.port })
      connection.isDialed = true
    }
    if (connection.isDialed) requests.flush()
    else drop(connection)
  }

  function later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, milliseconds)
    timers.add(timer)
  }

  const passing = withResponses(({ responses }) => responses.flush())
  let fault = passing

  /** A fault of the way back: requests are forwarded. */
  function withResponses(onResponse: Fault['onResponse']): Fault {
    return { onConnect: forward, onRequest: forward, onResponse }
  }

  function trickling(milliseconds: number): Fault {
    const active = new Set<Connection>()
    const sendByte = (connection: Connection) => {
      const { client, responses } = connection
      active.add(connection)
      if (responses.size() > 0) {
        client.write(responses.take(1))
        later(milliseconds, () => sendByte(connection))
      } else {
        active.delete(connection)
        responses.flush()
      }
    }
    return withResponses((connection) => active.has(connection) || sendByte(connection))
  }

  const faultOf = ({ isLost }: Connection) => (isLost ? lost : fault)

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = new Socket({ allowHalfOpen: true }).setNoDelay(true)
    const connection: Connection = {
      client,
      server,
      requests: createRelay(client, server, () => faultOf(connection).onRequest(connection)),
      responses: createRelay(server, client, () => faultOf(connection).onResponse(connection)),
      isDialed: false,
      isLost: false,
    }
    connections.add(connection)
    client.on('close', () => connections.delete(connection))
    fault.onConnect(connection)
  })

  async function listen(): Promise<void> {
    if (!listener.listening) await once(listener.listen(port, HOST), 'listening')
  }

  /** While the proxy refused connections, the system may have given its port to a client that connects elsewhere. */
  async function listenAgain(): Promise<void> {
    const end = performance.now() + LISTEN_TIMEOUT
    for (;;) {
      try {
        return await listen()
      } catch (error) {
        if (performance.now() > end) throw error
        await sleep(50)
      }
    }
  }

  async function apply(next: Fault): Promise<void> {
    clearTimers()
    fault = next
    await listenAgain()
    for (const connection of connections) {
      faultOf(connection).onRequest(connection)
      faultOf(connection).onResponse(connection)
    }
  }

  function clearTimers(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
  }

  function reset(): void {
    for (const { client } of connections) resetClient(client)
  }

  function blackHole(): void {
    for (const connection of connections) {
      connection.isLost = true
      connection.requests.lose()
      connection.responses.lose()
    }
  }

  async function refuse(): Promise<void> {
    clearTimers()
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
    for (const { client, server } of connections) {
      resetClient(client)
      server.destroy()
    }
    await closed
  }

  await listen()
  const address = listener.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    host: HOST,
    port,
    connections: () => [...connections].filter(({ client }) => !client.readableEnded).length,
    pass: () => apply(passing),
    refuse,
    hang: () => apply(hanging),
    delay: (milliseconds) =>
      apply(withResponses(({ responses }) => later(milliseconds, () => responses.flush()))),
    trickle: (milliseconds) => apply(trickling(milliseconds)),
    truncate: () => apply(withResponses(truncate)),
    sendGarbage: () => apply(garbage),
    closeOnConnect: () => apply({ onConnect: drop, onRequest: drop, onResponse: drop }),
    reset,
    blackHole,
    close: refuse,
  }
}

/** A client that ends its connection to a hung server does not wait for the response. */
const hanging: Fault = { onConnect: () => {}, onRequest: dropEnded, onResponse: () => {} }

/** A client that ends its connection is not answered; the connection to the server is closed. */
const lost: Fault = {
  onConnect: () => {},
  onRequest({ client, server }) {
    if (client.readableEnded || client.destroyed) server.destroy()
  },
  onResponse: () => {},
}

/** New connections do not reach the server: the garbage is what it would send first. */
const garbage: Fault = {
  onConnect: ({ client }) => client.write(GARBAGE),
  onRequest(connection) {
    if (connection.isDialed) connection.requests.flush()
    else dropEnded(connection)
  },
  onResponse({ client, responses }) {
    if (responses.take().length > 0) client.write(GARBAGE)
    else responses.flush()
  },
}

function truncate({ client, server, responses }: Connection): void {
  const bytes = responses.take()
  if (bytes.length > 0) {
    client.end(bytes.subarray(0, Math.ceil(bytes.length / 2)))
    server.destroy()
  } else {
    responses.flush()
  }
}

function dropEnded(connection: Connection): void {
  if (connection.client.readableEnded || connection.client.destroyed) drop(connection)
}

/** Node never closes a socket that is reset after its end was sent. */
function resetClient(client: Socket): void {
  if (client.writableEnded) client.destroy()
  else client.resetAndDestroy()
}

function drop({ client, server }: Connection): void {
  client.destroy()
  server.destroy()
}
