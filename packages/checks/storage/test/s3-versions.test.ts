import { createWatchman } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { storage } from '../src/index.ts'
import { startBucketProbe, versionsAfterFaults } from './s3-bucket-probe.ts'

const never = new AbortController().signal
const TRIP = ['PUT', 'HEAD', 'GET', 'DELETE']

describe('s3Probe(…) in a bucket that keeps versions', () => {
  test.each(['enabled', 'suspended'] as const)(
    'leaves no version and no delete marker after 20 runs (versioning %s)',
    async (versioning) => {
      const { bucket, probe } = await startBucketProbe({ versioning })
      for (let run = 0; run < 20; run += 1) await probe(never)
      expect(bucket.versions()).toEqual([])
      const lines = bucket.requests.map(({ line }) => line.split(' ')[0])
      expect(lines).toEqual(Array.from({ length: 20 }, () => TRIP).flat())
    },
  )

  test.each(['enabled', 'suspended'] as const)(
    'leaves nothing when a third of its runs fail (versioning %s)',
    async (versioning) => {
      expect(await versionsAfterFaults(versioning, 120)).toEqual([])
    },
  )

  test('removes what an earlier attempt of the SDK wrote', async () => {
    const state = { puts: 0 }
    const fault = (line: string) => {
      if (line === 'PUT') state.puts += 1
      return line === 'PUT' && state.puts === 1 ? 'unanswered' : undefined
    }
    const { bucket, probe } = await startBucketProbe({ versioning: 'enabled', fault }, {}, 2)
    await probe(never)
    expect(state.puts).toBe(2)
    expect(bucket.versions()).toEqual([])
  })

  test('removes the delete marker where it could not find out the version', async () => {
    const { bucket, probe } = await startBucketProbe({
      versioning: 'suspended',
      fault: (line) => (line === 'HEAD' ? 500 : undefined),
    })
    await expect(probe(never)).rejects.toThrow('HTTP 500')
    expect(bucket.versions()).toEqual([])
  })

  test('removes an object whose run was aborted before the next one writes', async () => {
    for (const turns of [0, 2, 4, 8, 16, 32, 64]) {
      const { bucket, probe } = await startBucketProbe({ versioning: 'enabled' })
      const controller = new AbortController()
      const aborted = Promise.resolve(probe(controller.signal)).catch(() => {})
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
      controller.abort(new Error('over'))
      const next = probe(never)
      await aborted
      await next
      expect(bucket.versions()).toEqual([])
    }
  })

  test('says which permission is missing, and writes no second object while the first cannot be removed', async () => {
    const state = { isDenied: true }
    const { bucket, probe } = await startBucketProbe({
      versioning: 'enabled',
      fault: (line) => (state.isDenied && line.startsWith('DELETE') ? 403 : undefined),
    })
    const watchman = createWatchman({ checks: [storage(probe, { ttl: 0 })] })
    for (let run = 0; run < 5; run += 1) {
      expect((await ask(watchman)).body).toEqual({
        storage: {
          ok: false,
          error:
            'AccessDenied: no (DeleteObject, HTTP 403, bucket uploads): the bucket keeps versions, and removing one needs s3:DeleteObjectVersion',
        },
      })
    }
    expect(bucket.versions()).toHaveLength(1)
    state.isDenied = false
    expect((await ask(watchman)).text).toBe('{"storage":{"ok":true}}')
    expect(bucket.versions()).toEqual([])
  })

  test('needs no permission to list the bucket: S3 then answers 403 for an object that does not exist', async () => {
    const state = { puts: 0 }
    const { bucket, probe } = await startBucketProbe({
      versioning: 'enabled',
      fault(line) {
        if (line === 'HEAD' && bucket.versions().length === 0) return 403
        if (line === 'PUT') state.puts += 1
        return line === 'PUT' && state.puts === 1 ? 'late' : undefined
      },
    })
    await expect(probe(never)).rejects.toThrow('closed the connection')
    await expect.poll(() => bucket.versions()).toHaveLength(1)
    await probe(never)
    expect(bucket.versions()).toEqual([])
  })
})

describe('s3Probe(…) passes on', () => {
  test('the owner of the bucket with every request', async () => {
    const { bucket, probe } = await startBucketProbe(
      { versioning: 'enabled' },
      { expectedBucketOwner: '111122223333' },
    )
    await probe(never)
    const owners = bucket.requests.map(({ headers }) => headers['x-amz-expected-bucket-owner'])
    expect(owners).toEqual(TRIP.map(() => '111122223333'))
  })

  test('how the object is encrypted', async () => {
    const encryption = {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: 'alias/app',
      BucketKeyEnabled: true,
    } as const
    const { bucket, probe } = await startBucketProbe({ versioning: 'enabled' }, { encryption })
    await probe(never)
    const [put, ...others] = bucket.requests
    expect(put?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/app',
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    })
    for (const { headers } of others) expect(JSON.stringify(headers)).not.toContain('encryption')
  })

  test('the key of the application to what writes and reads, and keeps it secret', async () => {
    const SSECustomerKey = Buffer.alloc(32, 7).toString('base64')
    const encryption = { SSECustomerAlgorithm: 'AES256', SSECustomerKey }
    const { bucket, probe } = await startBucketProbe({ versioning: 'enabled' }, { encryption })
    await probe(never)
    const algorithms = bucket.requests.map(
      ({ headers }) => headers['x-amz-server-side-encryption-customer-algorithm'],
    )
    expect(algorithms).toEqual(['AES256', 'AES256', 'AES256', undefined])
    expect(probe.secrets?.()).toEqual([SSECustomerKey])
  })
})
