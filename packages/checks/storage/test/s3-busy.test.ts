import { Agent } from 'node:http'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { createWatchman } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { storage } from '../src/index.ts'
import { type S3Options, s3Probe } from '../src/s3.ts'
import { type Behaviour, startStub } from './s3-stub.ts'

const TIMEOUT = 100
const ok = '{"storage":{"ok":true}}'

/** Starts an application that uses both sockets of its client for downloads that never end, until `release` is called. */
async function startBusyApp(
  options: Partial<S3Options>,
  behaviour: Partial<Behaviour> = {},
  limits: object = { maxSockets: 2 },
) {
  const stub = await startStub({ ...behaviour, hangs: 'GET', hangsAt: '/uploads/large' })
  const agent = new Agent({ keepAlive: true, ...limits })
  const client = new S3Client({
    endpoint: stub.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: { httpAgent: agent },
  })
  const probe = s3Probe(client, { bucket: 'uploads', ...options })
  const watchman = createWatchman({ checks: [storage(probe, { timeout: TIMEOUT, ttl: 0 })] })
  const downloads = new AbortController()
  const get = new GetObjectCommand({ Bucket: 'uploads', Key: 'large' })
  // A body that is read or not: its socket is in use.
  const bodies = [1, 2].map(() => client.send(get, { abortSignal: downloads.signal }))
  const opened = await Promise.all(bodies)
  for (const { Body } of opened) Body?.transformToString().catch(() => {})
  onTestFinished(async () => {
    downloads.abort()
    client.destroy()
    agent.destroy()
    await stub.close()
  })
  const queued = () => Object.values(agent.requests).flat().length
  return { probe, watchman, queued, release: () => downloads.abort() }
}

describe('s3Probe(…) of a client whose sockets are all in use', () => {
  test.each<[string, object, Partial<S3Options>]>([
    ['of the host', { maxSockets: 2 }, {}],
    ['of all hosts', { maxSockets: 50, maxTotalSockets: 2 }, {}],
    ['of the host, when it only lists', { maxSockets: 2 }, { writable: false }],
  ])('is degraded, says how many are in use, and recovers (%s)', async (_name, limits, options) => {
    const { watchman, release } = await startBusyApp(options, {}, limits)
    const { status, body } = await ask(watchman)
    expect(status).toBe(200)
    const error = `S3 client has no free socket (2 of 2 in use): timed out after ${TIMEOUT} ms`
    expect(body).toEqual({ storage: { ok: false, error } })
    expect((await watchman.report()).state).toBe('degraded')
    release()
    await expect.poll(async () => (await ask(watchman)).text).toBe(ok)
  })

  test('is failing with busy: failing', async () => {
    const { watchman } = await startBusyApp({ busy: 'failing' })
    const { status, text } = await ask(watchman)
    expect(status).toBe(500)
    expect(text).toContain('S3 client has no free socket (2 of 2 in use)')
  })

  test('is failing once the sockets have transferred nothing for three timeouts', async () => {
    const { watchman } = await startBusyApp({})
    await expect.poll(async () => (await ask(watchman)).status, { timeout: 20 * TIMEOUT }).toBe(500)
    expect((await watchman.report()).state).toBe('failing')
  })

  test('stays degraded while the sockets transfer something', async () => {
    const { watchman } = await startBusyApp({}, { trickles: true })
    const end = performance.now() + 10 * TIMEOUT
    while (performance.now() < end) {
      expect((await ask(watchman)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, TIMEOUT / 4))
    }
    expect((await watchman.report()).state).toBe('degraded')
  })

  test.each([true, false])(
    'adds one request to the queue, however often it runs (writable: %s)',
    async (writable) => {
      const { probe, queued } = await startBusyApp({ writable })
      for (let run = 0; run < 20; run += 1) {
        const controller = new AbortController()
        setTimeout(() => controller.abort(new Error('over')), 20)
        await expect(probe(controller.signal)).rejects.toThrow('S3 client has no free socket (2 of 2 in use)')
      }
      expect(queued()).toBe(1)
    },
  )
})
