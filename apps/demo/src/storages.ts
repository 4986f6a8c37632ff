import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { fsProbe } from '@watchman/storage/fs'
import { s3Probe } from '@watchman/storage/s3'
import type { Service } from './service.ts'

/** A local folder. */
export interface Folder extends Service {
  readonly path: string
}

/** Creates an empty local folder, which is removed at the end. */
export async function startFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'watchman-demo-'))
  return {
    path,
    description: `the folder ${path}`,
    probe: fsProbe(path),
    close: () => rm(path, { recursive: true, force: true }),
  }
}

/** The bucket that the environment names. `S3_ENDPOINT` is the URL of a server other than Amazon S3. */
export function startBuckets({
  S3_BUCKET,
  S3_ENDPOINT,
}: NodeJS.ProcessEnv): Readonly<Record<string, Service>> {
  if (!S3_BUCKET) return {}
  const client = new S3Client(S3_ENDPOINT ? { endpoint: S3_ENDPOINT, forcePathStyle: true } : {})
  const service: Service = {
    description: 'the bucket of S3_BUCKET',
    probe: s3Probe(client, { bucket: S3_BUCKET }),
    close: () => client.destroy(),
  }
  return { s3: service }
}
