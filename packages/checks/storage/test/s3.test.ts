import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { s3 } from '../src/s3.ts'
import { describeS3 } from './s3-cases.ts'

describeS3('the newest SDK')

describe('s3(…) refuses', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['another object', { putObject() {} }],
    ['another string', 'https://key:secret@s3'],
  ])('%s in place of a client', (found, value) => {
    const create: (client: unknown, options: object) => unknown = Object(s3)
    expect(() => create(value, { bucket: 'uploads' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] s3(…) wants an S3Client of the @aws-sdk/client-s3 package, not ${found}`,
      }),
    )
  })

  it.each([undefined, {}, { bucket: '' }])('options without a bucket: %o', (options) => {
    const create: (client: unknown, options: unknown) => unknown = Object(s3)
    expect(() => create(new S3Client({ region: 'us-east-1' }), options)).toThrow(
      "[watchman] s3(…) wants a bucket: { bucket: 'uploads' }",
    )
  })
})
