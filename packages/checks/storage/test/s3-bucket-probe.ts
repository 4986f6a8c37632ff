import { S3Client } from '@aws-sdk/client-s3'
import { expect, onTestFinished } from 'vitest'
import { type S3Options, s3Probe } from '../src/s3.ts'
import { type BucketOptions, LATENESS, startVersionedBucket } from './versioned-bucket.ts'

const FAULTS = [500, 'cut', 'unanswered', 'late', 403] as const

/** Starts a bucket that keeps versions and a probe of it, which end with the test. */
export async function startBucketProbe(
  bucketOptions: BucketOptions,
  options: Partial<S3Options> = {},
  maxAttempts = 1,
) {
  const bucket = await startVersionedBucket(bucketOptions)
  const client = new S3Client({
    endpoint: bucket.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts,
    forcePathStyle: true,
  })
  onTestFinished(async () => {
    client.destroy()
    await bucket.close()
  })
  return { bucket, probe: s3Probe(client, { bucket: 'uploads', ...options }) }
}

/** Runs a probe that often, every third time with another fault at another step. Returns what is left in the bucket. */
export async function versionsAfterFaults(
  versioning: BucketOptions['versioning'],
  runs: number,
): Promise<readonly string[]> {
  const never = new AbortController().signal
  const state = { run: 0, step: 0 }
  const { bucket, probe } = await startBucketProbe({
    versioning,
    fault() {
      state.step += 1
      const fault = Math.floor(state.run / 3)
      const isHit = state.run % 3 === 0 && state.step === 1 + (fault % 4)
      return isHit ? FAULTS[Math.floor(fault / 4) % FAULTS.length] : undefined
    },
  })
  let failures = 0
  for (state.run = 1; state.run <= runs; state.run += 1) {
    state.step = 0
    await Promise.resolve(probe(never)).catch(() => {
      failures += 1
    })
  }
  expect(failures).toBeGreaterThan(0.3 * runs) // some faults hit a search for what is left, which is repeated
  await new Promise((resolve) => setTimeout(resolve, 2 * LATENESS))
  state.run = 1
  await probe(never) // removes what came late
  return bucket.versions()
}
