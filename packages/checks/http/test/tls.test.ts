import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import { listen, untyped } from '@watchman/test-helpers'
import { createCertificate, createCertificateChain } from '@watchman/test-helpers/certificate'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
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

  const all = { leaf: 300, intermediate: 300, root: 300 }
  test.each([
    [{ ...all, leaf: 1.5 }, 'the certificate of localhost expires in 1 day, on '],
    [
      { ...all, intermediate: 2.5 },
      'the intermediate certificate "Test Intermediate" of localhost expires in 2 days, on ',
    ],
    [{ ...all, root: 3.5 }, 'the root certificate "Test Root" of localhost expires in 3 days, on '],
    [{ leaf: 5.5, intermediate: 4.5, root: 9.5 }, 'the intermediate certificate "Test Intermediate" of'],
  ])('names the certificate of the chain that expires first: %o', async (days, error) => {
    const { ca, ...own } = await createCertificateChain(days)
    const { port, close } = await listen(createServer(own))
    expect(await askService(tlsProbe('localhost', { port, ca }))).toEqual({
      status: 200,
      state: 'degraded',
      error: expect.stringContaining(error),
    })
    await close()
  })

  test('is ok for a chain that is valid for long enough, and fails for one that has expired', async () => {
    const good = await createCertificateChain(all)
    const expired = await createCertificateChain({ ...all, intermediate: -1 })
    for (const [{ ca, ...own }, error] of [
      [good, undefined],
      [expired, 'certificate has expired'],
    ] as const) {
      const { port, close } = await listen(createServer(own))
      expect((await askService(tlsProbe('localhost', { port, ca }))).error).toBe(error)
      await close()
    }
  })

  test('ignores an expired certificate that is sent for old clients beside a root that is trusted', async () => {
    const { ca, ...own } = await createCertificateChain({ ...all, crossSigned: -1 })
    const { port, close } = await listen(createServer(own))
    expect(await askService(tlsProbe('localhost', { port, ca }))).toEqual(HEALTHY)
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

  test('fails for one that is not trusted, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { port, close } = await serve(100)
    expect((await askService(tlsProbe('localhost', { port }))).error).toMatch(/self-signed certificate/)
    await close()
  })

  test('fails for a server that does not speak TLS, or sends nothing', async () => {
    const plain = await listen(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    const silent = await listen(createPlainServer((socket) => socket.resume()))
    expect((await askService(tlsProbe('localhost', { port: plain.port }))).error).toMatch(
      /^the server (does not speak TLS on this port|closed the connection before the TLS handshake was complete)$/,
    )
    expect((await askService(tlsProbe('localhost', { port: silent.port }), { timeout: 200 })).error).toBe(
      'timed out after 200 ms',
    )
    const controller = new AbortController()
    const run = tlsProbe('localhost', { port: silent.port })(controller.signal)
    await expect.poll(() => silent.connections.size).toBe(1)
    controller.abort(new Error('time is up'))
    await expect(run).rejects.toThrow('time is up')
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
    [
      'a path for a certificate',
      () => tlsProbe('a.test', { ca: '/etc/ca.pem' }),
      'option ca of tlsProbe must be the text of certificates in PEM, not a string',
    ],
    [
      'a certificate that cannot be read',
      () => tlsProbe('a.test', { ca: '-----BEGIN CERTIFICATE-----\nMII' }),
      'the text of certificates in PEM, not a string',
    ],
    ['a list of certificates', () => tlsProbe('a.test', untyped({ ca: [''] })), 'not an array'],
    ['days that are less than none', () => tlsProbe('a.test', { days: -1 }), 'a number from 0, not -1'],
    ['days that are NaN', () => tlsProbe('a.test', { days: Number.NaN }), 'a number from 0, not NaN'],
    ['a host from a variable that is not set', () => tlsProbe(untyped(undefined)), 'not undefined'],
  ])('refuses %s', (_what, make, message) => expect(make).toThrow(message))
})
