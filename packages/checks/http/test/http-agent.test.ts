import { once } from 'node:events'
import {
  Agent,
  type ClientRequestArgs,
  createServer,
  get,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecureServer, Agent as SecureAgent } from 'node:https'
import { connect, createServer as createPlainServer, type Socket } from 'node:net'
import { createWatchman, type Policy, type Probe } from '@watchman/core'
import { ask, fromJson, listen, waitUntil } from '@watchman/test-helpers'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { startFaultProxy } from '@watchman/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type HttpOptions, httpProbe, services } from '../src/index.ts'
import { askService, HEALTHY } from './ask-service.ts'

/** Makes an agent that keeps its connections; ended with the test. */
function keepAlive(options: { readonly maxSockets?: number; readonly maxTotalSockets?: number } = {}): Agent {
  const agent = new Agent({ keepAlive: true, ...options })
  onTestFinished(() => agent.destroy())
  return agent
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

/** Starts a server that answers the first request of each connection with 200, and the second with `second` before it hangs up. */
async function serveOnce(second = '') {
  const methods: string[] = []
  const server = createPlainServer((socket) => {
    let count = 0
    socket.on('data', (request) => {
      methods.push(`${request}`.split(' ')[0] ?? '')
      count += 1
      if (count === 1) socket.write(OK)
      else socket.end(second)
    })
  })
  const { port, close } = await listen(server)
  onTestFinished(close)
  return { url: `http://127.0.0.1:${port}/`, methods }
}

/** Runs a probe six times, and returns the errors. */
async function errorsOfSix(probe: Probe): Promise<readonly string[]> {
  const errors: string[] = []
  for (let count = 0; count < 6; count += 1) {
    await Promise.resolve(probe(AbortSignal.timeout(5000))).catch((error) => errors.push(error.message))
  }
  return errors
}

describe('a connection that the server closes at its second request', () => {
  test.each([
    ['GET', undefined],
    ['GET', keepAlive],
    ['HEAD', keepAlive],
  ])('does not fail a %s', async (method, makeAgent) => {
    const { url } = await serveOnce()
    expect(await errorsOfSix(httpProbe(url, { method, agent: makeAgent?.() }))).toEqual([])
  })

  test('does not fail a GET, however many such connections the agent has', async () => {
    const { url } = await serveOnce()
    const agent = keepAlive()
    const responses = await Promise.all(
      [1, 2, 3].map(async () => {
        const [response] = await once(get(url, { agent }), 'response')
        return once(response.resume(), 'end')
      }),
    )
    expect(responses).toHaveLength(3)
    await waitUntil(() => Object.values(agent.freeSockets).flat().length === 3, 5000)
    expect(await errorsOfSix(httpProbe(url, { agent }))).toEqual([])
  })

  test('fails a POST, which may have been carried out', async () => {
    const { url, methods } = await serveOnce()
    const errors = await errorsOfSix(httpProbe(url, { method: 'POST', agent: keepAlive() }))
    expect(new Set(errors)).toEqual(new Set(['the server closed the connection before it answered']))
    expect(methods).toHaveLength(6)
  })

  test('fails a GET of which a part was answered', async () => {
    const { url, methods } = await serveOnce('HTTP/1.1 200 OK\r\nContent-Le')
    const errors = await errorsOfSix(httpProbe(url, { agent: keepAlive() }))
    expect(errors).toHaveLength(3)
    expect(methods).toHaveLength(6)
  })
})

describe('a kept connection on which nothing arrives any more', () => {
  test('fails at the timeout, is closed, and is not used again', async () => {
    const { port, close } = await listen(createServer((_, response) => response.end('ok')))
    const proxy = await startFaultProxy({ port })
    onTestFinished(() => proxy.close().then(close))
    const probe = httpProbe(`http://127.0.0.1:${proxy.port}/`, { agent: keepAlive() })
    const once = (timeout = 5000) => askService(probe, { timeout, ttl: 0 })

    expect(await once()).toEqual(HEALTHY)
    expect(proxy.connections()).toBe(1)
    await proxy.hang()
    expect((await once(100)).error).toBe('timed out after 100 ms')
    await expect.poll(proxy.connections).toBe(0)
    await proxy.pass()
    expect(await once()).toEqual(HEALTHY)
  })
})

/** Starts a server that answers the app's requests when the test says so, and all others at once. */
async function serveApp() {
  const held: ServerResponse[] = []
  const listener = ({ url }: IncomingMessage, response: ServerResponse) => {
    if (url === '/app') held.push(response)
    else response.end('ok')
  }
  const server = await listen(createServer(listener))
  onTestFinished(server.close)
  const url = `http://127.0.0.1:${server.port}`

  async function request(agent: Agent): Promise<void> {
    const open = get(`${url}/app`, { agent }).on('error', () => {})
    open.on('response', (response) => response.resume())
    await waitUntil(() => open.socket?.bytesWritten !== 0, 5000)
  }
  return {
    ...server,
    url,
    /** Uses sockets of an agent until the responses are sent. */
    occupy: (agent: Agent, count: number) => Promise.all(Array.from({ length: count }, () => request(agent))),
    held,
  }
}

const waiting = (agent: Agent) => Object.values(agent.requests).flat().length

describe('an agent whose sockets are all in use', () => {
  const busy = (numbers: string) => `agent has no free socket (${numbers} waiting): timed out after 50 ms`

  test('degrades the target, and is used once a socket is free', async () => {
    const { url, occupy, held } = await serveApp()
    const agent = keepAlive({ maxSockets: 2 })
    await occupy(agent, 2)
    const probe = httpProbe(url, { agent })
    for (let count = 0; count < 4; count += 1) {
      expect(await askService(probe, { timeout: 50 })).toEqual({
        status: 200,
        state: 'degraded',
        error: busy('2 of 2 in use, 1'),
      })
      expect(waiting(agent)).toBe(1)
    }
    const pending = askService(probe)
    held.splice(0, 1)[0]?.end()
    expect(await pending).toEqual(HEALTHY)
    expect(waiting(agent)).toBe(0)
    expect(Object.values(agent.sockets).flat()).toHaveLength(1)
  })

  test('fails the target where the option says so', async () => {
    const { url, occupy } = await serveApp()
    const agent = keepAlive({ maxSockets: 1 })
    await occupy(agent, 1)
    const result = await askService(httpProbe(url, { agent, busy: 'failing' }), { timeout: 50 })
    expect(result).toEqual({ status: 500, state: 'failing', error: busy('1 of 1 in use, 1') })
  })

  test('is recognised by its limit for all servers together', async () => {
    const { url, occupy } = await serveApp()
    const other = await serveApp()
    const agent = keepAlive({ maxTotalSockets: 1 })
    await occupy(agent, 1)
    const result = await askService(httpProbe(other.url, { agent }), { timeout: 50 })
    expect(result).toMatchObject({ state: 'degraded', error: busy('1 of 1 in use, 1') })
    expect(await askService(httpProbe(url), { timeout: 5000 })).toEqual(HEALTHY)
  })

  /** The states of consecutive runs. */
  async function statesOf(probe: Probe, count: number, between: () => unknown): Promise<readonly unknown[]> {
    const policy: Policy = { timeout: 50, ttl: 0, failureTtl: 0, failureThreshold: 3 }
    const watchman = createWatchman({ checks: [services({ one: probe }, policy)] })
    const states: unknown[] = []
    for (let run = 0; run < count; run += 1) {
      states.push((await ask(watchman)).headers.get('x-watchman-status'))
      await between()
    }
    await watchman.close()
    return states
  }

  test('degrades the target while its sockets send or receive, and fails it once they do not', async () => {
    const { url, occupy, held } = await serveApp()
    const agent = keepAlive({ maxSockets: 2 })
    await occupy(agent, 2)
    const probe = httpProbe(url, { agent })
    const receiving = await statesOf(probe, 8, () => new Promise((sent) => held[0]?.write('part', sent)))
    expect(new Set(receiving)).toEqual(new Set(['degraded']))
    expect((await statesOf(probe, 8, () => {})).at(-1)).toBe('failing')
  })

  test('does not collect listeners', async () => {
    const { url, occupy } = await serveApp()
    const agent = keepAlive({ maxSockets: 1 })
    await occupy(agent, 1)
    const warnings: unknown[] = []
    const warn = (warning: unknown) => warnings.push(warning)
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    const probe = httpProbe(url, { agent })
    for (let count = 0; count < 15; count += 1) {
      await expect(probe(AbortSignal.timeout(5))).rejects.toThrow('no free socket')
    }
    expect(warnings).toEqual([])
  })
})

describe('an agent', () => {
  test('presents a client certificate, and not to another origin', async () => {
    const server = await createCertificate(10)
    const client = await createCertificate(10)
    const tls = { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true }
    const paid = await listen(createSecureServer(tls, (_, response) => response.end('{"status":"UP"}')))
    const moved = await listen(
      createSecureServer(tls, (_, response) =>
        response.writeHead(302, { Location: `https://localhost:${paid.port}/` }).end(),
      ),
    )
    onTestFinished(() => Promise.all([paid.close(), moved.close()]).then(() => {}))
    const agent = new SecureAgent({ ...client, ca: server.cert })
    const askPort = (port: number, options: HttpOptions) =>
      askService(httpProbe(`https://localhost:${port}/`, options))

    expect(await askPort(paid.port, { agent, body: 'UP' })).toEqual(HEALTHY)
    expect((await askPort(paid.port, { agent: new SecureAgent({ ca: server.cert }) })).error).toMatch(
      /certificate required|handshake failure/,
    )
    expect((await askPort(moved.port, { agent })).error).toMatch(/self-signed certificate/) // without its ca
    expect(await askPort(moved.port, { agent: () => agent })).toEqual(HEALTHY)
  })

  test('may reach the server through a proxy', async () => {
    const { port } = await serveApp()
    const proxied: string[] = []
    const proxy = createServer().on('connect', ({ url = '' }, client) => {
      proxied.push(url)
      const server = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
      server.pipe(client).pipe(server)
    })
    const { port: proxyPort, connections, close } = await listen(proxy)
    onTestFinished(close)

    /** Opens a tunnel for each connection, as the packages for proxies do. */
    class ProxyAgent extends Agent {
      override createConnection(
        { host, port: to }: ClientRequestArgs,
        callback?: (error: Error | null, socket: Socket) => void,
      ): undefined {
        const socket = connect(proxyPort, '127.0.0.1', () => {
          socket.write(`CONNECT ${host}:${to} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
          socket.once('data', () => callback?.(null, socket))
        })
      }
    }
    expect(await askService(httpProbe('http://payments.test/', { agent: new ProxyAgent() }))).toEqual(HEALTHY)
    expect(proxied).toEqual(['payments.test:80'])
    await expect.poll(() => connections.size).toBe(0)
  })

  test('that never connects does not keep a run from its timeout', async () => {
    class HungAgent extends Agent {
      override createConnection(): undefined {}
    }
    const probe = httpProbe('http://payments.test/', { agent: new HungAgent() })
    expect((await askService(probe, { timeout: 50 })).error).toBe('timed out after 50 ms')
  })

  test('that a function returns must be one', async () => {
    const agent = () => fromJson('{}')
    expect((await askService(httpProbe('http://payments.test/', { agent }))).error).toBe(
      'option agent of httpProbe must return an Agent or undefined, not an Object',
    )
  })
})
