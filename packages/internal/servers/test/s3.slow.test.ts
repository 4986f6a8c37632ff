import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { type S3Server, startS3 } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

function clientOf(server: S3Server): S3Client {
  const { url: endpoint, region, accessKeyId, secretAccessKey } = server
  const credentials = { accessKeyId, secretAccessKey }
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 })
}

const object = { Bucket: 'watchman', Key: 'folder/kept.txt' }

describe('startS3', () => {
  describeLifecycle<S3Server>({
    start: startS3,
    ask: (server) => clientOf(server).send(new ListObjectsV2Command({ Bucket: object.Bucket })),
    write: (server, Body) => clientOf(server).send(new PutObjectCommand({ ...object, Body })),
    read: async (server) => {
      const { Body } = await clientOf(server).send(new GetObjectCommand(object))
      return Body?.transformToString()
    },
  })

  test('puts, heads, gets, lists and deletes objects', async () => {
    const server = await startS3({ buckets: ['one', 'other'] })
    expect(server.buckets).toEqual(['one', 'other'])
    const client = clientOf(server)
    const one = { Bucket: 'one', Key: 'a b/ü.txt' }
    await client.send(
      new PutObjectCommand({ ...one, Body: Buffer.from('content'), ContentType: 'text/plain' }),
    )
    expect(await client.send(new HeadObjectCommand(one))).toMatchObject({ ContentLength: 7 })
    const { Body } = await client.send(new GetObjectCommand(one))
    expect(await Body?.transformToString()).toBe('content')
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'one' }))
    expect(Contents?.map(({ Key }) => Key)).toEqual([one.Key])
    expect((await client.send(new ListObjectsV2Command({ Bucket: 'other' }))).KeyCount).toBe(0)
    await client.send(new DeleteObjectCommand(one))
    await expect(client.send(new HeadObjectCommand(one))).rejects.toMatchObject({ name: 'NotFound' })
    await server.stop()
  })

  test('refuses an unknown access key and an unknown bucket', async () => {
    const server = await startS3()
    const stranger = clientOf({ ...server, accessKeyId: 'unknown' })
    await expect(stranger.send(new GetObjectCommand(object))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    })
    const unknown = new PutObjectCommand({ ...object, Bucket: 'unknown', Body: 'x' })
    await expect(clientOf(server).send(unknown)).rejects.toMatchObject({ name: 'NoSuchBucket' })
    await server.stop()
  })
})
