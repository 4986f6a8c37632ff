import { read } from '../variables.ts'
import { driver } from './driver.ts'

/** A bucket of S3 through @aws-sdk/client-s3. */
export const s3Driver = driver<typeof import('@aws-sdk/client-s3')>(
  '@aws-sdk/client-s3',
  async ({ S3Client }, name, environment) => {
    const { s3Probe } = await import('@watchman/storage/s3') // imports the SDK
    const endpoint = read(environment, 'S3_ENDPOINT')
    const client = new S3Client(endpoint ? { endpoint, forcePathStyle: true } : {})
    return { probe: s3Probe(client, { bucket: name }), close: () => client.destroy() }
  },
)
