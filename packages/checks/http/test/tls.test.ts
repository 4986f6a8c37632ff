import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import { listen, untyped } from '@watchman/test-helpers'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { describe, expect, test } from 'vitest'
import { tlsProbe } from '../src/tls.ts'
import { askService, HEALTHY } from './ask-service.ts'

/** Starts a server whose certificate is valid for `days` more days. */
async function serve(days: number) {
  const certificate = await createCertificate(days)
  return { ca: certificate.cert, ...(await listen(createServer(certificate))) }
}

describe('tls', () => {
  test('is ok for a certificate that is valid for long enough, and leaves no connection', async () => {
    const { port, ca, connections, close } = await serve(15)
    expect(await askService(tlsProbe('localhost', { port, ca }))).toEqual(HEALTHY)
    await expect.poll(() => connections.size).toBe(0)
    await close()
  })

  test('is degraded by one that expires soon', async () => {
    const { port, ca, close } = await serve(13.5)
    expect(await askService(tlsProbe('localhost', { port, ca }))).toEqual({
      status: 200,
      state: 'degraded',
      error: expect.stringMatching(/^the certificate of localhost expires in 13 days, on \d{4}-\d\d-\d\d$/),
    })
    expect(await askService(tlsProbe('localhost', { port, ca, days: 13 }))).toEqual(HEALTHY)
    await close()
  })

  test('fails for one that has expired, is not trusted, or is for another host', async () => {
    const expired = await serve(-1)
    const { port, ca, close } = await serve(100)
    expect(await askService(tlsProbe('localhost', { port: expired.port, ca: expired.ca }))).toEqual({
      status: 500,
      state: 'failing',
      error: 'certificate has expired',
    })
    expect((await askService(tlsProbe('localhost', { port }))).error).toMatch(/self-signed certificate/)
    expect((await askService(tlsProbe('127.0.0.1', { port, ca }))).error).toMatch(
      /does not match certificate/,
    )
    await Promise.all([expired.close(), close()])
  })

  test('fails for a server that does not speak TLS, or sends nothing', async () => {
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    const silent = await listen(createPlainServer((socket) => socket.resume()))
    expect((await askService(tlsProbe('localhost', { port: plain.port }))).error).toMatch(
      /wrong version number|closed|disconnected/,
    )
    expect((await askService(tlsProbe('localhost', { port: silent.port }), { timeout: 200 })).error).toBe(
      'timed out after 200 ms',
    )
    await expect.poll(() => silent.connections.size).toBe(0)
    await Promise.all([plain.close(), silent.close()])
  })

  test.each([
    ['a URL for a host', () => tlsProbe('https://www.example.com'), 'without a scheme'],
    [
      'days that are not a number',
      () => tlsProbe('a.test', untyped({ days: '14' })),
      'option days of tlsProbe must be a number',
    ],
    ['an unknown option', () => tlsProbe('a.test', untyped({ day: 14 })), 'tlsProbe has no option "day"'],
    ['a path for a certificate', () => tlsProbe('a.test', { ca: '/etc/ca.pem' }), 'certificates in PEM'],
  ])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
})
