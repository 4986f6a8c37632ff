import { connect, createServer, type Socket } from 'node:net'
import type { Address } from '@watchman/fault-matrix'
import { freePort } from '@watchman/servers'

const HOST = '127.0.0.1'

/** Lies before a mail server and answers some commands in its place. At first it passes everything on. */
export interface SmtpFront extends Address {
  /** Answers `reply` to lines that match, from now on. A 421 closes the connection, as a mail server does. */
  answer(lines: RegExp, reply: string): void
  /** Passes half of what matches on and breaks the connection. */
  breakAt(lines: RegExp): void
  /** Greets new connections by `reply`. */
  greet(reply: string): void
  /** Offers an extension in addition to those of the mail server. */
  offer(extension: string): void
  /** Passes everything on again. */
  pass(): void
  stop(): Promise<unknown>
}

interface Manners {
  readonly lines?: RegExp
  readonly reply?: string
  readonly breaking?: RegExp
  readonly greeting?: string
  readonly extension?: string
}

/** Starts one before the mail server at `target`. */
export async function startSmtpFront(target: Address): Promise<SmtpFront> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const state: { manners: Manners } = { manners: {} }

  /** The client is to wait for each reply, so that those of the front come in their turn. */
  function edit(chunk: Buffer): string {
    const { extension } = state.manners
    const text = chunk.toString().replace(/250([- ])PIPELINING/, '250$1X-IN-TURN')
    return extension ? text.replace(/^250-.*\r\n/, `$&250-${extension}\r\n`) : text
  }

  const listener = createServer((client) => {
    const { greeting } = state.manners
    const say = (reply: string) => {
      client.write(`${reply}\r\n`)
      if (reply.startsWith('421')) client.end()
    }
    hold(client)
    if (greeting) return say(greeting)
    const server = connect(target)
    hold(server)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    server.on('data', (chunk) => client.write(edit(chunk)))
    client.on('data', (chunk) => {
      const { lines, reply, breaking } = state.manners
      const text = chunk.toString()
      if (breaking?.test(text)) server.end(text.slice(0, text.length / 2))
      else if (reply && lines?.test(text)) say(reply)
      else server.write(chunk)
    })
  })

  function hold(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }

  await new Promise<void>((resolve) => listener.listen(port, HOST, resolve))
  return {
    host: HOST,
    port,
    answer(lines, reply) {
      state.manners = { ...state.manners, lines, reply }
    },
    breakAt(breaking) {
      state.manners = { breaking }
    },
    greet(greeting) {
      state.manners = { greeting }
    },
    offer(extension) {
      state.manners = { ...state.manners, extension }
    },
    pass() {
      state.manners = {}
    },
    stop() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => listener.close(resolve))
    },
  }
}
