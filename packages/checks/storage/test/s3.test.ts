import { S3Client } from '@aws-sdk/client-s3'
import { untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { s3Probe } from '../src/s3.ts'
import { describeS3 } from './s3-cases.ts'

describeS3('the newest SDK')

describe('s3Probe(…) refuses', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an Object', { putObject() {} }],
    ['a string', 'https://key:secret@s3'],
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
      's3Probe has no option "preifx": its options are bucket, prefix',
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
