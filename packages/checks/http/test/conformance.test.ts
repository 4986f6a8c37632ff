import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:tls'
import { type Gate, openGate, probeCases } from '@watchman/testing'
import { decode, encode } from 'dns-packet'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { dnsProbe } from '../src/dns.ts'
import { httpProbe } from '../src/index.ts'
import { tcpProbe } from '../src/tcp.ts'
import { tlsProbe } from '../src/tls.ts'
import { listen } from './listen.ts'

/** Behind a gate: the probe of a server that `serve` starts, made with the port and what it trusts. */
function behindGate(
  serve: () => Promise<{ readonly port: number; readonly ca?: string; stop(): Promise<void> }>,
  probe: (port: number, ca: string) => ReturnType<typeof tcpProbe>,
) {
  let gate: Gate
  let server: Awaited<ReturnType<typeof serve>>
  beforeAll(async () => {
    server = await serve()
    gate = await openGate({ port: server.port })
  })
  afterAll(async () => {
    await gate.close()
    await server.stop()
  })
  const make = () => probe(gate.port, server.ca ?? '')
  return {
    up: () => gate.open().then(make),
    down: () => gate.refuse().then(make),
    hung: () => gate.silence().then(make),
    connections: () => Array.from({ length: gate.connections() }, () => 'a connection'),
  }
}

const page = () => listen(createServer((_, response) => response.end('well')))

describe('http', () => {
  const { connections, ...subject } = behindGate(page, (port) => httpProbe(`http://127.0.0.1:${port}/`))
  for (const { name, run } of probeCases(subject)) test(name, run)
})

describe('tcp', () => {
  const { connections: heldResources, up, down } = behindGate(page, (port) => tcpProbe('127.0.0.1', port))
  // To take the connection is the whole answer: it cannot hang.
  for (const { name, run } of probeCases({ up, down, heldResources })) test(name, run)
})

describe('tls', () => {
  const serve = async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      notAfterDate: new Date(Date.now() + 100 * 24 * 60 * 60 * 1000),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    return { ca: cert, ...(await listen(createTlsServer({ key, cert }))) }
  }
  const { connections: heldResources, ...subject } = behindGate(serve, (port, ca) =>
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
