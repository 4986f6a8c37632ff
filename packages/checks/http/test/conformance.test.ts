import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:tls'
import { listen } from '@watchman/test-helpers'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { type FaultProxy, probeCases, startFaultProxy } from '@watchman/testing'
import { decode, encode } from 'dns-packet'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { dnsProbe } from '../src/dns.ts'
import { httpProbe } from '../src/index.ts'
import { tcpProbe } from '../src/tcp.ts'
import { tlsProbe } from '../src/tls.ts'

/** Behind a proxy that injects faults: the probe of a server that `serve` starts, made with the port and what it trusts. */
function behindProxy(
  serve: () => Promise<{ readonly port: number; readonly ca?: string; readonly close: () => Promise<void> }>,
  probe: (port: number, ca: string) => ReturnType<typeof tcpProbe>,
) {
  let proxy: FaultProxy
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    server = await serve()
    proxy = await startFaultProxy({ port: server.port })
  })
  afterAll(async () => {
    await proxy.close()
    await server.close()
  })
  const make = () => probe(proxy.port, server.ca ?? '')
  return {
    up: () => proxy.pass().then(make),
    down: () => proxy.refuse().then(make),
    hung: () => proxy.hang().then(make),
    connections: () => Array.from({ length: proxy.connections() }, () => 'a connection'),
  }
}

const page = () => listen(createServer((_, response) => response.end('healthy')))

describe('http', () => {
  const { connections: heldResources, ...subject } = behindProxy(page, (port) =>
    httpProbe(`http://127.0.0.1:${port}/`),
  )
  for (const { name, run } of probeCases({ ...subject, heldResources })) test(name, run)
})

describe('http with an agent that keeps its connections', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  afterAll(() => agent.destroy())
  // The idle connection belongs to the agent.
  const { connections, ...subject } = behindProxy(page, (port) =>
    httpProbe(`http://127.0.0.1:${port}/`, { agent }),
  )
  for (const { name, run } of probeCases(subject)) test(name, run)
})

describe('tcp', () => {
  const { connections: heldResources, up, down } = behindProxy(page, (port) => tcpProbe('127.0.0.1', port))
  // To take the connection is the whole answer: it cannot hang.
  for (const { name, run } of probeCases({ up, down, heldResources })) test(name, run)
})

describe('tls', () => {
  const serve = async () => {
    const certificate = await createCertificate(100)
    return { ca: certificate.cert, ...(await listen(createTlsServer(certificate))) }
  }
  const { connections: heldResources, ...subject } = behindProxy(serve, (port, ca) =>
    tlsProbe('localhost', { port, ca }),
  )
  for (const { name, run } of probeCases({ ...subject, heldResources })) test(name, run)
})

describe('dns', () => {
  let server: DatagramSocket
  const now = { state: 'up' }
  const turned = (state: string) => () => {
    now.state = state
    return dnsProbe('db.test', { servers: [`127.0.0.1:${server.address().port}`] })
  }
  beforeAll(async () => {
    server = createSocket('udp4', (message, { address, port }) => {
      if (now.state === 'hung') return
      const { id = 0, questions = [] } = decode(message)
      const answer = encode({
        type: 'response',
        id,
        flags: now.state === 'up' ? 0 : 3, // NXDOMAIN
        questions,
        answers: now.state === 'up' ? [{ name: 'db.test', type: 'A', data: '10.0.0.1' }] : [],
      })
      server.send(answer, port, address)
    })
    await once(server.bind(0, '127.0.0.1'), 'listening')
  })
  afterAll(() => server.close())
  const subject = { up: turned('up'), down: turned('down'), hung: turned('hung') }
  for (const { name, run } of probeCases(subject)) test(name, run)
})
