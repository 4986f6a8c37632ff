import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import { generate } from 'selfsigned'
import { describe, expect, test, vi } from 'vitest'
import { tlsProbe } from '../src/tls.ts'
import { ask, HEALTHY } from './ask.ts'
import { listen } from './listen.ts'

const DAY = 24 * 60 * 60 * 1000

/** Starts a server whose certificate is valid for `days` more days. */
async function serve(days: number) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    notBeforeDate: new Date(Date.now() - 30 * DAY),
    notAfterDate: new Date(Date.now() + days * DAY),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  return { ca: cert, ...(await listen(createServer({ key, cert }))) }
}

describe('tls', () => {
  test('is ok for a certificate that is valid for long enough, and leaves no connection', async () => {
    const { port, ca, open, stop } = await serve(15)
    expect(await ask(tlsProbe('localhost', { port, ca }))).toEqual(HEALTHY)
    await vi.waitFor(() => expect(open.size).toBe(0))
    await stop()
  })

  test('is degraded by one that expires soon', async () => {
    const { port, ca, stop } = await serve(13.5)
    expect(await ask(tlsProbe('localhost', { port, ca }))).toEqual({
      status: 200,
      state: 'degraded',
      error: expect.stringMatching(/^the certificate of localhost expires in 13 days, on \d{4}-\d\d-\d\d$/),
    })
    expect(await ask(tlsProbe('localhost', { port, ca, days: 13 }))).toEqual(HEALTHY)
    await stop()
  })

  test('fails for one that has expired, is not trusted, or is for another host', async () => {
    const expired = await serve(-1)
    const { port, ca, stop } = await serve(100)
    expect(await ask(tlsProbe('localhost', { port: expired.port, ca: expired.ca }))).toEqual({
      status: 500,
      state: 'failing',
      error: 'certificate has expired',
    })
    expect((await ask(tlsProbe('localhost', { port }))).error).toMatch(/self-signed certificate/)
    expect((await ask(tlsProbe('127.0.0.1', { port, ca }))).error).toMatch(/does not match certificate/)
    await Promise.all([expired.stop(), stop()])
  })

  test('fails for a server that does not speak TLS, or sends nothing', async () => {
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    const silent = await listen(createPlainServer((socket) => socket.resume()))
    expect((await ask(tlsProbe('localhost', { port: plain.port }))).error).toMatch(
      /wrong version number|closed|disconnected/,
    )
    expect((await ask(tlsProbe('localhost', { port: silent.port }), { timeout: 200 })).error).toBe(
      'timed out after 200 ms',
    )
    await vi.waitFor(() => expect(silent.open.size).toBe(0))
    await Promise.all([plain.stop(), silent.stop()])
  })

  test.each([
    ['a URL for a host', () => tlsProbe('https://www.example.com'), 'without a scheme'],
    [
      'days that are not a number',
      () => tlsProbe('a.test', Object({ days: '14' })),
      'option days of tlsProbe must be a number',
    ],
    ['an unknown option', () => tlsProbe('a.test', Object({ day: 14 })), 'tlsProbe has no option "day"'],
    ['a path for a certificate', () => tlsProbe('a.test', { ca: '/etc/ca.pem' }), 'certificates in PEM'],
  ])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
})
