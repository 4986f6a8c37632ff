import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { untyped } from '@watchman/test-helpers'
import { type Answer, decode, encode } from 'dns-packet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dnsProbe } from '../src/dns.ts'
import { askService, HEALTHY } from './ask-service.ts'

/** What the server of the test knows. */
const RECORDS: readonly Answer[] = [
  { name: 'db.test', type: 'A', data: '10.0.0.1' },
  { name: 'mail.test', type: 'MX', data: { exchange: 'mx.mail.test', preference: 10 } },
]

let server: Socket
const servers: string[] = []

beforeAll(async () => {
  server = createSocket('udp4', (message, { address, port }) => {
    const { id, questions = [] } = decode(message)
    const [question] = questions
    if (!question || question.name === 'silent.test') return
    const named = RECORDS.filter(({ name }) => name === question.name)
    const answers = named.filter(({ type }) => type === question.type)
    const flags = named.length > 0 ? 0 : 3 // NXDOMAIN
    server.send(encode({ type: 'response', id: id ?? 0, flags, questions, answers }), port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(`127.0.0.1:${server.address().port}`)
})
afterAll(() => server.close())

describe('dns', () => {
  test('is ok for a name that has records of the type', async () => {
    expect(await askService(dnsProbe('db.test', { servers }))).toEqual(HEALTHY)
    expect(await askService(dnsProbe('mail.test', { servers, type: 'MX' }))).toEqual(HEALTHY)
  })

  test('fails for a name that has no such record, or does not exist', async () => {
    expect((await askService(dnsProbe('db.test', { servers, type: 'MX' }))).error).toBe(
      'queryMx ENODATA db.test',
    )
    expect((await askService(dnsProbe('other.test', { servers }))).error).toBe('queryA ENOTFOUND other.test')
  })

  test('fails at the timeout', async () => {
    expect((await askService(dnsProbe('silent.test', { servers }), { timeout: 200 })).error).toBe(
      'timed out after 200 ms',
    )
  })

  test.each([
    [
      'a URL for a name',
      () => dnsProbe('http://db.test'),
      'dnsProbe(…) expects a host name, without a scheme or a port, not a string',
    ],
    [
      'an address, which has no records',
      () => dnsProbe('10.0.0.1'),
      'dnsProbe(…) expects a host name, without',
    ],
    [
      'a name from a variable that is not set',
      () => dnsProbe(untyped(undefined)),
      'without a scheme or a port, not undefined',
    ],
    [
      'servers that are not strings',
      () => dnsProbe('db.test', untyped({ servers: [undefined] })),
      'a non-empty array of IP addresses, not an array',
    ],
    [
      'an unknown type',
      () => dnsProbe('db.test', untyped({ type: 'PTRR' })),
      "option type of dnsProbe must be 'A' or 'AAAA' or 'CNAME'",
    ],
    [
      'servers without an address',
      () => dnsProbe('db.test', { servers: ['ns.test'] }),
      'a non-empty array of IP',
    ],
    [
      'no servers',
      () => dnsProbe('db.test', { servers: [] }),
      'a non-empty array of IP addresses, not an empty',
    ],
    [
      'an unknown option',
      () => dnsProbe('db.test', untyped({ server: '1.1.1.1' })),
      'dnsProbe has no option "server"',
    ],
  ])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
})
