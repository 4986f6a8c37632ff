import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { listenLocally } from '@watchman/test-helpers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

let server: Server
let port: number
let proxy: FaultProxy
const accepted = new Set<Socket>()
const clients = new Set<Socket>()

beforeEach(async () => {
  server = createServer((socket) => {
    accepted.add(socket)
    socket.on('error', () => {}).on('data', (data) => socket.write(`echo ${data}`))
  })
  port = await listenLocally(server)
  proxy = await startFaultProxy({ port })
})

afterEach(async () => {
  for (const socket of clients) socket.destroy()
  await proxy.close()
  for (const socket of accepted) socket.destroy()
  accepted.clear()
  clients.clear()
  server.close()
})

/** Connects to the proxy, and records what is received. */
async function connectClient() {
  const socket = connect({ host: proxy.host, port: proxy.port })
  clients.add(socket)
  const received = { text: '', error: '', isClosed: false }
  socket.on('data', (data) => {
    received.text += data
  })
  socket.on('error', ({ message }) => {
    received.error = message
  })
  socket.on('close', () => {
    received.isClosed = true
  })
  await once(socket, 'connect')
  return { socket, received }
}

test('at first the proxy forwards both directions, and a half-closed connection still gets its response', async () => {
  const { socket, received } = await connectClient()
  socket.end('x')
  await once(socket, 'close')
  expect(received).toEqual({ text: 'echo x', error: '', isClosed: true })
  await expect.poll(proxy.connections).toBe(0)
})

test('the server waits for a client that reads slowly, and nothing is lost', async () => {
  const { socket, received } = await connectClient()
  await expect.poll(() => accepted.size).toBe(1)
  const [accept] = accepted
  const response = 'x'.repeat(20_000_000)
  socket.pause()
  accept?.write(response)
  await setTimeout(500)
  expect(accept?.writableNeedDrain).toBe(true)
  socket.resume()
  await expect.poll(() => received.text.length, { timeout: 10_000 }).toBe(response.length)
})

test('a hung proxy accepts connections and holds back everything until it passes again', async () => {
  const before = await connectClient()
  await proxy.hang()
  const after = await connectClient()
  before.socket.write('one')
  after.socket.write('two')
  await setTimeout(100)
  expect([before.received.text, after.received.text]).toEqual(['', ''])
  await proxy.pass()
  await expect.poll(() => [before.received.text, after.received.text]).toEqual(['echo one', 'echo two'])
})

test('a hung proxy stops reading what a client goes on to send', async () => {
  await proxy.hang()
  const { socket } = await connectClient()
  socket.write('x'.repeat(20_000_000))
  await setTimeout(100)
  expect(socket.writableNeedDrain).toBe(true)
})

test('a hung proxy notices that a client disconnects, and ends its connection to the server', async () => {
  const { socket } = await connectClient()
  await expect.poll(() => accepted.size).toBe(1)
  await proxy.hang()
  const { socket: other } = await connectClient()
  expect(proxy.connections()).toBe(2)
  socket.destroy()
  other.end('x')
  await expect.poll(proxy.connections).toBe(0)
  await expect.poll(() => [...accepted].every(({ destroyed }) => destroyed)).toBe(true)
})

test('a proxy that refuses resets open connections, and accepts again on the same port', async () => {
  const { received } = await connectClient()
  await proxy.refuse()
  await expect.poll(() => received.error).toBe('read ECONNRESET')
  await expect(connectClient()).rejects.toThrow('ECONNREFUSED')
  await proxy.pass()
  const again = await connectClient()
  again.socket.write('x')
  await expect.poll(() => again.received.text).toBe('echo x')
})

test('reset breaks open connections, and new ones are accepted', async () => {
  const { received } = await connectClient()
  proxy.reset()
  await expect.poll(() => received.error).toBe('read ECONNRESET')
  const again = await connectClient()
  again.socket.write('x')
  await expect.poll(() => again.received.text).toBe('echo x')
})

test('a black hole silences open connections for good without closing them, and new ones work', async () => {
  const before = await connectClient()
  before.socket.write('one')
  await expect.poll(() => before.received.text).toBe('echo one')
  proxy.blackHole()
  before.socket.write('two')
  const after = await connectClient()
  after.socket.write('three')
  await expect.poll(() => after.received.text).toBe('echo three')
  for (const socket of accepted) socket.write('late')
  await expect.poll(() => after.received.text).toBe('echo threelate')
  await proxy.pass()
  const [first] = accepted
  first?.resetAndDestroy()
  before.socket.write('four')
  await setTimeout(100)
  expect(before.received).toEqual({ text: 'echo one', error: '', isClosed: false })
})

test('a black hole loses what a hung proxy held back, and ends the connection to the server when the client disconnects', async () => {
  await proxy.hang()
  const { socket, received } = await connectClient()
  socket.write('one')
  await setTimeout(100)
  proxy.blackHole()
  await proxy.pass()
  const other = await connectClient()
  await expect.poll(() => accepted.size).toBe(1)
  proxy.blackHole()
  socket.destroy()
  other.socket.end('x')
  await expect.poll(proxy.connections).toBe(0)
  await expect.poll(() => [...accepted].every(({ destroyed }) => destroyed)).toBe(true)
  expect([received.text, other.received.isClosed]).toEqual(['', false])
})

test('a proxy with a delay holds back responses, and sends them at once when it passes again', async () => {
  const { socket, received } = await connectClient()
  await proxy.delay(60_000)
  socket.write('x')
  await setTimeout(100)
  expect(received.text).toBe('')
  await proxy.pass()
  await expect.poll(() => received.text).toBe('echo x')
})

test('a delayed response stays held back when the proxy hangs meanwhile', async () => {
  const { socket, received } = await connectClient()
  await proxy.delay(100)
  socket.write('x')
  await setTimeout(50)
  await proxy.hang()
  await setTimeout(150)
  expect(received.text).toBe('')
  await proxy.pass()
  await expect.poll(() => received.text).toBe('echo x')
})

test('a delayed response arrives whole, also when the client has ended its side', async () => {
  await proxy.delay(50)
  const { socket, received } = await connectClient()
  socket.end('x')
  await expect.poll(() => received.isClosed).toBe(true)
  expect(received.text).toBe('echo x')
})

test('the end of a connection is forwarded when the proxy passes before the delay is over', async () => {
  const { socket, received } = await connectClient()
  await proxy.delay(60_000)
  socket.end()
  await setTimeout(100)
  expect(received.isClosed).toBe(false)
  await proxy.pass()
  await expect.poll(() => received.isClosed).toBe(true)
})

test('a proxy that trickles sends one byte at a time, and none twice', async () => {
  const { socket, received } = await connectClient()
  await proxy.trickle(20)
  socket.write('x')
  await expect.poll(() => received.text.length, { interval: 5 }).toBeGreaterThan(1)
  expect(received.text.length).toBeLessThan('echo x'.length)
  await proxy.pass()
  await expect.poll(() => received.text).toBe('echo x')
})

test('a proxy that truncates sends half of a response and closes the connection', async () => {
  const { socket, received } = await connectClient()
  await proxy.truncate()
  socket.write('x')
  await expect.poll(() => received.isClosed).toBe(true)
  expect(received.text).toBe('ech')
})

test('a proxy sends garbage to clients that connect and in place of responses, and forwards what it held when it passes', async () => {
  const before = await connectClient()
  await proxy.sendGarbage()
  const after = await connectClient()
  before.socket.write('x')
  await expect.poll(() => before.received.text).toContain('garbage')
  await expect.poll(() => after.received.text).toContain('garbage')
  expect(before.received.text).not.toContain('echo')
  after.socket.write('y')
  await proxy.pass()
  await expect.poll(() => after.received.text).toContain('echo y')
})

test('a proxy that closes on connect accepts a connection and closes it', async () => {
  await proxy.closeOnConnect()
  const { received } = await connectClient()
  await expect.poll(() => received.isClosed).toBe(true)
  expect(accepted.size).toBe(0)
})

test('a proxy to a server that refuses closes the connection of the client', async () => {
  for (const socket of accepted) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  const { received } = await connectClient()
  await expect.poll(() => received.isClosed).toBe(true)
})

test('a proxy that refused connections waits for its port where another socket has taken it', async () => {
  await proxy.refuse()
  const other = createServer().listen(proxy.port, proxy.host)
  await once(other, 'listening')
  const passed = proxy.pass()
  await setTimeout(100)
  other.close()
  await passed
  const { socket, received } = await connectClient()
  socket.end('x')
  await once(socket, 'close')
  expect(received.text).toBe('echo x')
})

test('a connection whose last bytes have just arrived is closed when the proxy refuses', async () => {
  for (let count = 0; count < 12; count += 1) {
    const { socket } = await connectClient()
    await expect.poll(() => accepted.size).toBe(1)
    for (const one of accepted) one.end('bye')
    await once(socket, 'data')
    await proxy.refuse()
    await expect.poll(proxy.connections).toBe(0)
    accepted.clear()
    await proxy.pass()
  }
})
