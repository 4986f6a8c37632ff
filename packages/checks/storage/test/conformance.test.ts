import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import type { Probe } from '@watchman/core'
import { freePort, type S3Server, startS3 } from '@watchman/servers'
import { type FaultProxy, probeCases, startFaultProxy } from '@watchman/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { fsProbe } from '../src/fs.ts'
import { s3Probe } from '../src/s3.ts'

describe('fs', () => {
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'storage-'))
    renameSync(mkdtempSync(join(root, 'new-')), join(root, 'uploads'))
  })
  afterAll(() => rmSync(root, { recursive: true }))
  const move = (from: string, to: string) => {
    if (readdirSync(root).includes(from)) renameSync(join(root, from), join(root, to))
    return fsProbe(join(root, 'uploads'))
  }
  // What a disk does that hangs, no signal ends: the driver leaves it to the runner.
  const subject = {
    up: () => move('away', 'uploads'),
    down: () => move('uploads', 'away'),
    leftovers: () => readdirSync(join(root, 'uploads')),
  }
  for (const { name, run } of probeCases(subject)) test(name, run)
})

describe('s3', () => {
  let proxy: FaultProxy
  let server: S3Server
  let client: S3Client
  let direct: S3Client
  let probe: Probe
  beforeAll(async () => {
    server = await startS3()
    proxy = await startFaultProxy(server, { port: await freePort() })
    const { region, accessKeyId, secretAccessKey, url } = server
    const credentials = { accessKeyId, secretAccessKey }
    const options = { region, credentials, forcePathStyle: true, maxAttempts: 2 }
    client = new S3Client({ ...options, endpoint: `http://${proxy.host}:${proxy.port}` })
    direct = new S3Client({ ...options, endpoint: url })
    probe = s3Probe(client, { bucket: 'watchman', prefix: 'health-' })
  })
  afterAll(async () => {
    client.destroy()
    direct.destroy()
    await proxy.close()
    await server.stop()
  })
  const keys = async () => {
    const { Contents = [] } = await direct.send(new ListObjectsV2Command({ Bucket: 'watchman' }))
    return Contents.map(({ Key }) => `${Key}`)
  }
  const subject = {
    up: () => proxy.pass().then(() => probe),
    down: () => proxy.refuse().then(() => probe),
    hung: () => proxy.hang().then(() => probe),
    async leftovers() {
      // A put that was cut off may come after the deletion: the next run of the same probe removes what it left.
      if ((await keys()).length > 0) await probe(AbortSignal.timeout(5000))
      return keys()
    },
  }
  for (const { name, run } of probeCases(subject)) test(name, run)
})
