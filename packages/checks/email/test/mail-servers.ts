import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen, portOf } from '@watchman/test-helpers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { vi } from 'vitest'

/** A mail server in this process, for tests that inspect it. */
export interface MailServer {
  readonly port: number
  /** How many connections it holds. */
  connections(): Promise<number>
  close(): Promise<void>
}

/** Starts a mail server without login that behaves as `options` say. */
export async function startMailServer(options: SMTPServerOptions): Promise<MailServer> {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {}) // it warns that its certificate is public
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
  })
  quiet.mockRestore()
  server.on('error', () => {}) // a client that disconnects early
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.server),
    connections: () =>
      new Promise((resolve, reject) => {
        server.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
      }),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** Refuses one recipient. */
export function refusing(recipient: string): SMTPServerOptions {
  return {
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, callback) {
      callback(address === recipient ? new Error('no such mailbox') : null)
    },
  }
}

/** Receives mails and never acknowledges them. */
export const hanging: SMTPServerOptions = {
  onData: (stream) => void stream.resume(),
}

/** Receives mails and acknowledges them when the test says so. */
export function acknowledging() {
  const unacknowledged: (() => void)[] = []
  let isReleased = false
  const options: SMTPServerOptions = {
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, callback) {
      stream.resume().on('end', () => {
        if (isReleased) callback()
        else unacknowledged.push(() => callback())
      })
    },
  }
  return {
    options,
    /** How many mails wait. */
    count: () => unacknowledged.length,
    acknowledge: () => unacknowledged.shift()?.(),
    /** Acknowledges all mails from now on. */
    release() {
      isReleased = true
      for (const acknowledge of unacknowledged.splice(0)) acknowledge()
    },
  }
}

/** Starts a mail server that receives mails and closes the connection instead of acknowledging them. */
export async function startClosingServer() {
  let mails = 0
  const server = createServer((socket) => {
    let isMail = false
    socket.write('220 ready\r\n')
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (isMail) {
        if (!text.endsWith('\r\n.\r\n')) return
        mails += 1
        socket.end()
      } else {
        isMail = text.startsWith('DATA')
        socket.write(isMail ? '354 go ahead\r\n' : '250 fine\r\n')
      }
    })
  })
  const { port, close } = await listen(server)
  return { port, mails: () => mails, close }
}

/** Starts a mail server that accepts everything and never closes its side of a connection. */
export async function startLingeringServer() {
  const state = { closed: 0 }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('end', () => {
      state.closed += 1
    })
    socket.write('220 ready\r\n')
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (/^DATA/.test(text)) socket.write('354 go ahead\r\n')
      else if (/^[A-Z]{4}\b/.test(text) || /\r\n\.\r\n$/.test(text)) socket.write('250 fine\r\n')
    })
  })
  const { port, close } = await listen(server)
  // `closed` counts the clients that have closed their side.
  return { port, closed: () => state.closed, close }
}

/** Starts a server that accepts no connections, as behind a firewall that drops packets: connecting hangs. */
export async function startFullServer() {
  const script = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) // never accepts
    })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [written] = await once(child.stdout, 'data')
  const port = Number(written)
  const sockets: Socket[] = []
  do {
    sockets.push(connect(port, '127.0.0.1').on('error', () => {}))
    await sleep(100)
  } while (!sockets.at(-1)?.connecting)
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
