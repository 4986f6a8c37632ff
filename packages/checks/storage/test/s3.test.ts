import { S3Client } from '@aws-sdk/client-s3'
import { untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { s3Probe } from '../src/s3.ts'
import { describeS3 } from './s3-cases.ts'

describeS3('the newest SDK')

/** A client of another AWS service, as far as it differs from one of S3. */
class DynamoDBClient {
  readonly config = { serviceId: 'DynamoDB' }
  async send() {}
}

describe('s3Probe(…) refuses', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an Object', { putObject() {} }],
    ['a string', 'https://key:secret@s3'],
    ['a DynamoDBClient', new DynamoDBClient()],
  ])('%s in place of a client', (found, value) => {
    expect(() => s3Probe(untyped(value), { bucket: 'uploads' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] s3Probe(…) expects an S3Client of the @aws-sdk/client-s3 package, not ${found}`,
      }),
    )
  })

  const bucket = "option bucket of s3Probe must be the name of a bucket, such as 'uploads', not"

  test.each<[string, unknown, string]>([
    ['no options', undefined, 'options of s3Probe must be an object, not undefined'],
    ['options without a bucket', {}, `${bucket} undefined`],
    ['an empty bucket', { bucket: '' }, `${bucket} an empty string`],
    [
      'an unknown option',
      { bucket: 'uploads', preifx: 'health/' },
      's3Probe has no option "preifx": its options are bucket, prefix, writable, expectedBucketOwner, encryption, busy',
    ],
    ['a URL as the bucket', { bucket: 's3://uploads' }, `${bucket} a string`],
    [
      'writable that is not a boolean',
      { bucket: 'uploads', writable: 'no' },
      'option writable of s3Probe must be true or false, not a string',
    ],
    [
      'an owner that is not an id',
      { bucket: 'uploads', expectedBucketOwner: '12345' },
      'option expectedBucketOwner of s3Probe must be the id of an AWS account, a string of 12 digits, not a string',
    ],
    [
      'an owner that is a number',
      { bucket: 'uploads', expectedBucketOwner: 111122223333 },
      'option expectedBucketOwner of s3Probe must be the id of an AWS account, a string of 12 digits, not 111122223333',
    ],
    [
      'an encryption that is not an object',
      { bucket: 'uploads', encryption: 'aws:kms' },
      'option encryption of s3Probe must be an object, not a string',
    ],
    [
      'an unknown way to encrypt',
      { bucket: 'uploads', encryption: { serverSideEncryption: 'aws:kms' } },
      'option encryption of s3Probe has no option "serverSideEncryption": its options are ServerSideEncryption, SSEKMSKeyId, SSEKMSEncryptionContext, BucketKeyEnabled, SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5',
    ],
    [
      'an empty key',
      { bucket: 'uploads', encryption: { SSEKMSKeyId: '' } },
      'option SSEKMSKeyId of option encryption of s3Probe must be a non-empty string, not an empty string',
    ],
    [
      'another state of a busy client',
      { bucket: 'uploads', busy: 'ok' },
      "option busy of s3Probe must be 'degraded' or 'failing', not a string",
    ],
    [
      'a prefix that is not a string',
      { bucket: 'uploads', prefix: 5 },
      'option prefix of s3Probe must be a string, not 5',
    ],
  ])('%s', (_what, options, message) => {
    expect(() => s3Probe(new S3Client({ region: 'us-east-1' }), untyped(options))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: `[watchman] ${message}` }),
    )
  })
})

test('s3Probe(…) takes an option that is undefined for one that is absent, and a wrapper of a client', () => {
  const undefinedOptions = {
    prefix: undefined,
    writable: undefined,
    expectedBucketOwner: undefined,
    encryption: undefined,
    busy: undefined,
  }
  const client = new S3Client({ region: 'us-east-1' })
  expect(s3Probe(client, { bucket: 'uploads', ...undefinedOptions })).toBeTypeOf('function')
  expect(s3Probe({ send: client.send.bind(client) }, { bucket: 'uploads' })).toBeTypeOf('function')
})

test('s3Probe(…) settles at the abort and runs again, although its client never settles', async () => {
  const sent: unknown[] = []
  const notFound = Object.assign(new Error('not found'), { $metadata: { httpStatusCode: 404 } })
  const client = {
    send(command: object) {
      sent.push(command.constructor.name)
      return sent.at(-1) === 'PutObjectCommand' ? new Promise(() => {}) : Promise.reject(notFound)
    },
  }
  const probe = s3Probe(untyped(client), { bucket: 'uploads' })
  for (const _ of [1, 2]) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('over')), 20)
    await expect(probe(controller.signal)).rejects.toThrow('no answer to write yet')
  }
  expect(sent.filter((name) => name === 'PutObjectCommand')).toHaveLength(2)
})
