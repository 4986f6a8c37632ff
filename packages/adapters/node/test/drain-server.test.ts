import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { listenLocally, waitUntil } from '@watchman/test-helpers'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { drainServer } from '../src/drain-server.ts'
import type { NodeServer } from '../src/node-server.ts'

const certificate = await createCertificate()

/** Ends a test that would wait forever. Milliseconds. */
const LONG = 20_000

type Server = net.Server & NodeServer

/** Starts `server` and follows it. What is still open at the end of the test is closed. */
async function serve<Kind extends Server>(server: Kind) {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => sockets.add(socket))
  const drain = drainServer(server)
  const port = await listenLocally(server)
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { drain, port, server }
}

/** Answers `/held` when `release` is called, and what begins with `/streamed` with headers at once. */
function holding() {
  const waiting: (() => void)[] = []
  const listener: RequestListener = (request, response) => {
    if (request.url?.startsWith('/streamed')) response.write('first ')
    if (request.url === '/') response.end('done')
    else waiting.push(() => response.end('done'))
  }
  return {
    listener,
    received: (count = 1) => waitUntil(() => waiting.length >= count, LONG),
    release: () => {
      for (const answer of waiting) answer()
    },
  }
}

const kinds: readonly (readonly [
  name: string,
  create: (listener: RequestListener) => Server,
  open: (port: number) => net.Socket,
])[] = [
  ['http', (listener) => http.createServer(listener), (port) => net.connect(port, '127.0.0.1')],
  [
    'https',
    (listener) => https.createServer(certificate, listener),
    (port) => tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }),
  ],
  [
    'HTTP/1 of http2',
    (listener) =>
      http2.createSecureServer({ ...certificate, allowHTTP1: true }).on('request', (incoming, outgoing) => {
        if (!('stream' in incoming && incoming.stream) && outgoing instanceof http.ServerResponse) {
          listener(Object.assign(incoming), outgoing)
        }
      }),
    (port) =>
      tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }),
  ],
]

/** A client that writes requests itself, and keeps its connection. */
function talk(socket: net.Socket) {
  let received = ''
  let isClosed = false
  const errors: Error[] = []
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  socket
    .on('error', (error) => errors.push(error))
    .on('close', () => {
      isClosed = true
    })
  onTestFinished(() => void socket.destroy())
  return {
    errors,
    received: () => received,
    isClosed: () => isClosed,
    closes: () => waitUntil(() => isClosed, LONG),
    send: (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: app.test\r\n\r\n`),
    receives: (text: string) => waitUntil(() => received.includes(text), LONG),
  }
}

describe.each(kinds)('a server of %s', (_name, create, open) => {
  test('closes idle connections at the stop, and ends a request in flight', async () => {
    const { listener, received, release } = holding()
    const { drain, port } = await serve(create(listener))
    const idle = talk(open(port))
    idle.send('/')
    await idle.receives('done')
    const busy = talk(open(port))
    busy.send('/held')
    await received()
    const stopped = drain.stop(LONG)
    expect(await idle.closes()).toBe(true)
    expect(busy.isClosed()).toBe(false)
    release()
    expect(await stopped).toBe(true)
    expect(await busy.closes()).toBe(true)
    expect(busy.received()).toMatch(/connection: close\r\n(.*\r\n)*done/i)
    expect([...idle.errors, ...busy.errors]).toEqual([])
  })

  test('asks callers to leave before the stop, and accepts new ones', async () => {
    const { drain, port } = await serve(create(holding().listener))
    const before = talk(open(port))
    before.send('/')
    await before.receives('done')
    expect(before.received()).not.toMatch(/connection: close/i)
    drain.announce()
    before.send('/')
    expect(await before.closes()).toBe(true)
    const after = talk(open(port))
    after.send('/')
    expect(await after.closes()).toBe(true)
    for (const { received } of [before, after]) expect(received()).toMatch(/connection: close/i)
  })

  test('closes a connection after a response whose headers were sent before', async () => {
    const { listener, received, release } = holding()
    const { drain, port } = await serve(create(listener))
    const caller = talk(open(port))
    caller.send('/streamed')
    await received()
    await caller.receives('first')
    const stopped = drain.stop(LONG)
    release()
    expect(await stopped).toBe(true)
    expect(await caller.receives('done')).toBe(true)
    expect(await caller.closes()).toBe(true)
    expect(caller.errors).toEqual([])
  })

  test('answers a request that comes on a new connection after the stop, and closes one without a request', async () => {
    const { drain, port, server } = await serve(create(holding().listener))
    const late = talk(open(port))
    const silent = talk(open(port))
    const connections = () => new Promise<number>((resolve) => server.getConnections((_, n) => resolve(n)))
    await waitUntil(async () => (await connections()) === 2, LONG)
    await sleep(50) // until the handshake has ended
    const stopped = drain.stop(LONG)
    late.send('/')
    expect(await late.receives('done')).toBe(true)
    expect(await stopped).toBe(true)
    expect(await silent.closes()).toBe(true)
    expect([...late.errors, ...silent.errors]).toEqual([])
  })

  test('answers on a connection that the system has queued before the stop', async () => {
    const { drain, port } = await serve(create(holding().listener))
    const queued = talk(open(port))
    queued.send('/')
    await new Promise<void>((resolve) => process.nextTick(resolve)) // Node connects in the next tick
    const blockedUntil = performance.now() + 50
    while (performance.now() < blockedUntil); // a busy event loop, which accepts nothing
    const stopped = drain.stop(LONG)
    expect(await queued.receives('done')).toBe(true)
    expect(await stopped).toBe(true)
    expect(queued.errors).toEqual([])
  })

  test('closes a connection that never sends a byte', async () => {
    const { drain, port } = await serve(create(holding().listener))
    const silent = talk(net.connect(port, '127.0.0.1'))
    await sleep(50)
    expect(await drain.stop(LONG)).toBe(true)
    expect(await silent.closes()).toBe(true)
  })

  test('cuts off a request that takes longer than the time limit', async () => {
    const { listener, received } = holding()
    const { drain, port } = await serve(create(listener))
    const caller = talk(open(port))
    caller.send('/held')
    await received()
    expect(await drain.stop(50)).toBe(false)
    expect(await caller.closes()).toBe(true)
  })
})

test('an upgraded connection is closed one second after the stop', async () => {
  const server = http.createServer()
  server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  const { drain, port } = await serve(server)
  const caller = talk(net.connect(port, '127.0.0.1'))
  const socket = net.connect(port, '127.0.0.1')
  const upgraded = talk(socket)
  socket.write('GET / HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n')
  await upgraded.receives('101')
  expect(await drain.stop(LONG)).toBe(true)
  expect(await upgraded.closes()).toBe(true)
  expect(await caller.closes()).toBe(true)
  expect(upgraded.errors).toEqual([])
})

describe.each([
  ['http2', () => http2.createServer(), 'http'],
  ['http2 over TLS', () => http2.createSecureServer(certificate), 'https'],
])('a server of %s', (_name, create, scheme) => {
  async function connected() {
    const waiting: (() => void)[] = []
    const http2Server = create()
    http2Server.on('stream', (stream, { ':path': path }) => {
      if (path === '/') stream.end('done')
      else waiting.push(() => stream.end('done'))
    })
    const { drain, port } = await serve(http2Server)
    const session = http2.connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false })
    const goaways: number[] = []
    session.on('goaway', (code) => goaways.push(code)).on('error', () => {})
    onTestFinished(() => session.destroy())
    const get = async (path: string) => (await session.request({ ':path': path }).toArray()).join('')
    return { drain, session, goaways, waiting, get }
  }

  test('sends GOAWAY at the stop, and ends the streams in flight', async () => {
    const { drain, session, goaways, waiting, get } = await connected()
    expect(await get('/')).toBe('done')
    const held = get('/held')
    await waitUntil(() => waiting.length > 0, LONG)
    drain.announce()
    expect(await get('/')).toBe('done')
    const closed = once(session, 'close')
    const stopped = drain.stop(LONG)
    expect(await waitUntil(() => goaways.length > 0, LONG)).toBe(true)
    for (const answer of waiting) answer()
    expect(await held).toBe('done')
    expect(await stopped).toBe(true)
    await closed
    expect(new Set(goaways)).toEqual(new Set([http2.constants.NGHTTP2_NO_ERROR]))
  })

  test('closes idle sessions at the stop', async () => {
    const { drain, session, get } = await connected()
    await get('/')
    const closed = once(session, 'close')
    expect(await drain.stop(LONG)).toBe(true)
    await closed
  })

  test('cuts off a stream that takes longer than the time limit', async () => {
    const { drain, waiting, get } = await connected()
    const held = get('/held').catch(() => 'cut off')
    await waitUntil(() => waiting.length > 0, LONG)
    expect(await drain.stop(50)).toBe(false)
    expect(await held).not.toBe('done')
  })
})

test('a server that never listened has nothing to wait for', async () => {
  expect(await drainServer(http.createServer()).stop(LONG)).toBe(true)
  expect(await drainServer(http2.createServer()).stop(LONG)).toBe(true)
})

test('a server that was closed before is waited for', async () => {
  const { listener, received, release } = holding()
  const { drain, port, server } = await serve(http.createServer(listener))
  const caller = talk(net.connect(port, '127.0.0.1'))
  caller.send('/held')
  await received()
  server.close()
  const stopped = drain.stop(LONG)
  release()
  expect(await stopped).toBe(true)
  expect(await caller.receives('done')).toBe(true)
})

test('removing it leaves no listener behind', () => {
  const server = http.createServer()
  const before = server.eventNames().map((name) => [name, server.listenerCount(name)])
  drainServer(server).remove()
  expect(server.eventNames().map((name) => [name, server.listenerCount(name)])).toEqual(before)
})
