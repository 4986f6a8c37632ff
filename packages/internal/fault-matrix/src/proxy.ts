import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '@watchman/servers'
import type { Address } from './fault.ts'

const HOST = '127.0.0.1'

/** No protocol starts like this. */
const GARBAGE = Buffer.from('\u0007!garbage!\u0007'.repeat(8))

/** Lies between a client and a server, and does to their connections what it is told. At first it passes everything on. */
export interface FaultyProxy extends Address {
  /** Passes everything on again, what was held back first. */
  pass(): Promise<void>
  /** Passes each piece of an answer on after so many milliseconds. */
  delay(milliseconds: number): void
  /** Passes each byte of an answer on by itself, so many milliseconds after the one before. */
  trickle(milliseconds: number): void
  /** Passes half of the next answer on and closes the connection. */
  cut(): void
  /** Answers with bytes that mean nothing. */
  garbage(): void
  /** Accepts, and closes at once. */
  hangUp(): void
  /** Accepts, and says nothing; what the client says waits. */
  silence(): void
  /** Accepts no more, and resets what is open. */
  refuse(): Promise<void>
  /** Ends it and what it holds open. */
  stop(): Promise<void>
}

interface Link {
  readonly client: Socket
  server?: Socket
  /** What the server has said and the client not yet heard. */
  backlog: Buffer[]
}

interface Behaviour {
  readonly accept: (link: Link) => void
  readonly answer: (link: Link) => void
}

/** Starts a proxy before `target`. */
export async function startProxy(target: Address): Promise<FaultyProxy> {
  const port = await freePort()
  const links = new Set<Link>()
  const state: { behaviour: Behaviour } = { behaviour: { accept: dial, answer: flush } }

  function dial(link: Link): void {
    const server = connect(target)
    link.server = server
    const end = () => hangUp(link)
    server.on('error', end).on('close', end)
    server.on('data', (chunk) => {
      link.backlog.push(chunk)
      state.behaviour.answer(link)
    })
    link.client.on('data', (chunk) => server.write(chunk))
  }

  function hangUp(link: Link): void {
    links.delete(link)
    link.server?.destroy()
    link.client.destroy()
  }

  function say(link: Link): void {
    link.backlog = []
    link.client.write(GARBAGE)
  }

  const listener = createServer({ noDelay: true }, (client) => {
    const link: Link = { client, backlog: [] }
    links.add(link)
    const end = () => hangUp(link)
    client.on('error', end).on('close', end)
    state.behaviour.accept(link)
  })
  const listen = () => new Promise<void>((resolve) => listener.listen(port, HOST, resolve))
  const close = () => new Promise<unknown>((resolve) => listener.close(resolve))

  const behave = (answer: Behaviour['answer'], accept: Behaviour['accept'] = dial) => {
    state.behaviour = { accept, answer }
  }

  await listen()
  return {
    host: HOST,
    port,
    async pass() {
      behave(flush)
      if (!listener.listening) await listen()
      for (const link of links) {
        flush(link)
        if (!link.server) dial(link)
        link.server?.resume()
        link.client.resume()
      }
    },
    delay: (milliseconds) => behave((link) => void setTimeout(flush, milliseconds, link)),
    trickle: (milliseconds) => behave((link) => drip(link, milliseconds)),
    cut: () => behave(cut),
    garbage: () => behave(say, say),
    hangUp: () => behave(hangUp, hangUp),
    silence() {
      behave(
        () => {},
        ({ client }) => client.pause(),
      )
      for (const { client, server } of links) {
        client.pause()
        server?.pause()
      }
    },
    async refuse() {
      const closed = close()
      for (const link of links) {
        link.client.resetAndDestroy()
        hangUp(link)
      }
      await closed
    },
    async stop() {
      const closed = close()
      for (const link of links) hangUp(link)
      await closed
    },
  }
}

function flush(link: Link): void {
  for (const chunk of link.backlog.splice(0)) link.client.write(chunk)
}

/** Passes a byte on and comes back for the next, until nothing is left or somebody else has passed it on. */
function drip(link: Link, milliseconds: number): void {
  const [first, ...more] = link.backlog
  if (!first || link.client.destroyed) return
  link.client.write(first.subarray(0, 1))
  const rest = first.subarray(1)
  link.backlog = rest.length > 0 ? [rest, ...more] : more
  setTimeout(drip, milliseconds, link, milliseconds)
}

function cut(link: Link): void {
  const answer = Buffer.concat(link.backlog.splice(0))
  link.client.end(answer.subarray(0, Math.ceil(answer.length / 2)))
  link.server?.destroy()
}
