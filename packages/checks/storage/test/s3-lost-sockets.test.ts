import { Agent } from 'node:http'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { createWatchman } from '@watchman/core'
import { freePort, startS3 } from '@watchman/servers'
import { ask } from '@watchman/test-helpers'
import { startFaultProxy } from '@watchman/testing'
import { expect, onTestFinished, test } from 'vitest'
import { storage } from '../src/index.ts'
import { s3Probe } from '../src/s3.ts'

const TIMEOUT = 1000

test('a client whose idle sockets were all lost silently works again within three timeouts', {
  timeout: 60_000,
}, async () => {
  const server = await startS3({ buckets: ['uploads'] })
  const proxy = await startFaultProxy(server, { port: await freePort() })
  const agent = new Agent({ keepAlive: true, maxSockets: 3 })
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${proxy.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    maxAttempts: 1,
    forcePathStyle: true,
    requestHandler: { httpAgent: agent },
  })
  onTestFinished(async () => {
    client.destroy()
    agent.destroy()
    await proxy.close()
    await server.stop()
  })
  const check = storage(s3Probe(client, { bucket: 'uploads' }), { timeout: TIMEOUT, ttl: 0, failureTtl: 0 })
  const watchman = createWatchman({ checks: [check] })
  const list = () => client.send(new ListObjectsV2Command({ Bucket: 'uploads' }))
  await Promise.all([list(), list(), list()])
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(3)

  proxy.blackHole()
  const lostAt = performance.now()
  let runs = 0
  while ((await ask(watchman)).status !== 200) runs += 1
  expect(runs).toBeLessThanOrEqual(3)
  // Each run has the whole timeout and, after it, a second for the removal.
  expect(performance.now() - lostAt).toBeLessThan(3 * TIMEOUT + 3000)
})
