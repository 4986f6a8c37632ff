import { connect, createServer, type Socket } from 'node:net'
import type { Address } from '@watchman/fault-matrix'
import { freePort } from '@watchman/servers'

const HOST = '127.0.0.1'

/** A proxy to a mail server that replies to some commands itself. At first it forwards everything. */
export interface SmtpFaultProxy extends Address {
  /** Replies to matching lines from now on. A 421 closes the connection, as a mail server does. */
  reply(lines: RegExp, reply: string): void
  /** Forwards half of what matches and closes the connection to the mail server. */
  breakAt(lines: RegExp): void
  /** Greets new connections with this reply. */
  greet(reply: string): void
  /** Offers one more extension than the mail server does. */
  offer(extension: string): void
  /** Forwards everything again. */
  pass(): void
  close(): Promise<unknown>
}

interface Behaviour {
  readonly lines?: RegExp
  readonly reply?: string
  readonly breaking?: RegExp
  readonly greeting?: string
  readonly extension?: string
}

/** Starts a proxy to the mail server at `target`. */
export async function startSmtpFaultProxy(target: Address): Promise<SmtpFaultProxy> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const state: { behaviour: Behaviour } = { behaviour: {} }

  /** Without pipelining the client waits for each reply, so that those of the proxy come in order. */
  function edit(chunk: Buffer): string {
    const { extension } = state.behaviour
    const text = chunk.toString().replace(/250([- ])PIPELINING/, '250$1X-IN-ORDER')
    return extension ? text.replace(/^250-.*\r\n/, `$&250-${extension}\r\n`) : text
  }

  const listener = createServer((client) => {
    const { greeting } = state.behaviour
    const send = (reply: string) => {
      client.write(`${reply}\r\n`)
      if (reply.startsWith('421')) client.end()
    }
    track(client)
    if (greeting) return send(greeting)
    const server = connect(target)
    track(server)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    server.on('data', (chunk) => client.write(edit(chunk)))
    client.on('data', (chunk) => {
      const { lines, reply, breaking } = state.behaviour
      const text = chunk.toString()
      if (breaking?.test(text)) server.end(text.slice(0, text.length / 2))
      else if (reply && lines?.test(text)) send(reply)
      else server.write(chunk)
    })
  })

  function track(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }

  await new Promise<void>((resolve) => listener.listen(port, HOST, resolve))
  return {
    host: HOST,
    port,
    reply(lines, reply) {
      state.behaviour = { ...state.behaviour, lines, reply }
    },
    breakAt(breaking) {
      state.behaviour = { breaking }
    },
    greet(greeting) {
      state.behaviour = { greeting }
    },
    offer(extension) {
      state.behaviour = { ...state.behaviour, extension }
    },
    pass() {
      state.behaviour = {}
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => listener.close(resolve))
    },
  }
}
