import { connect, createServer, type Socket } from 'node:net'

/** Where a server listens. */
interface Address {
  /** @default '127.0.0.1' */
  readonly host?: string | undefined
  readonly port: number
}

/** Stands before a server, and makes it look up, down or hung to the clients that come through. */
export interface Gate {
  /** The address of the gate, for the client under test. */
  readonly host: string
  /** Its port, which stays. */
  readonly port: number
  /** How many connections of clients are open. */
  readonly connections: () => number
  /** Passes everything on, what was held back first. */
  readonly open: () => Promise<void>
  /** Breaks what is open and refuses what comes: the server is down. */
  readonly refuse: () => Promise<void>
  /** Takes connections and stays silent, on those that are open too: the server hangs. */
  readonly silence: () => Promise<void>
  /** Breaks the connections that are open. */
  readonly cut: () => void
  /** Ends the gate and what it holds open. */
  readonly close: () => Promise<void>
}

interface Link {
  readonly client: Socket
  /** What passes on, or keeps for later, what either side says. */
  readonly flush: () => void
}

/** Opens a gate before the server at `target`, on a free port of the loopback interface. */
export async function openGate({ host = '127.0.0.1', port: target }: Address): Promise<Gate> {
  const links = new Set<Link>()
  const now = { silent: false }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const kept: (() => void)[] = []
    const flush = () => {
      for (const act of now.silent ? [] : kept.splice(0)) act()
    }
    const pass = (act: () => void) => {
      kept.push(act)
      flush()
    }
    const link = { client, flush }
    links.add(link)
    const backend = connect({ host, port: target, allowHalfOpen: true })
    for (const [one, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      one.on('data', (chunk) => pass(() => other.write(chunk)))
      one.on('end', () => pass(() => other.end()))
      one.on('error', () => other.destroy())
      one.on('close', () => pass(() => other.destroySoon()))
    }
    // Who ends the connection to a server that hangs has gone, and waits for no answer.
    client.on('end', () => now.silent && client.destroy())
    client.on('close', () => {
      links.delete(link)
      if (now.silent) backend.destroy()
    })
  })

  let port = 0
  const listen = async () => {
    now.silent = false
    if (!server.listening)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve()
        })
      })
    for (const { flush } of links) flush()
  }
  const cut = () => {
    for (const { client } of links) client.resetAndDestroy()
  }
  const refuse = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    cut()
    await closed
  }

  await listen()
  const address = server.address()
  port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return {
    host: '127.0.0.1',
    port,
    // One that its client has ended is the server's to close.
    connections: () => [...links].filter(({ client }) => !client.readableEnded).length,
    open: listen,
    refuse,
    cut,
    async silence() {
      await listen()
      now.silent = true
    },
    close: refuse,
  }
}
