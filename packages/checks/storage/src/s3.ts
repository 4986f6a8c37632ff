import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import type { Probe } from '@watchman/core'
import {
  aBoolean,
  anObject,
  aString,
  assertClient,
  hasMembers,
  isName,
  memberOf,
  oneOf,
  type Rules,
  validate,
  validateValue,
} from '@watchman/core/driver'
import { orAborted } from './or-aborted.ts'
import { createRoundTrips } from './round-trip.ts'
import { busyErrorOf } from './s3-busy.ts'
import { ENCRYPTION, type S3Encryption } from './s3-encryption.ts'
import { errorExplainer } from './s3-error.ts'
import { s3Object } from './s3-object.ts'

export type { S3Encryption } from './s3-encryption.ts'

/** Options of `s3`. */
export interface S3Options {
  /** The bucket to check. */
  readonly bucket: string
  /** The prefix of the key of the test object, used as it is: `'health/'`. @default '' */
  readonly prefix?: string | undefined
  /**
   * Whether a test object is written, read and deleted. With `false` the probe only lists one key below `prefix`: for a bucket
   * that the application reads, or one whose objects cannot be deleted (Object Lock). @default true
   */
  readonly writable?: boolean | undefined
  /** The id of the AWS account that must own the bucket; S3 refuses the requests if another does. @default any account */
  readonly expectedBucketOwner?: string | undefined
  /**
   * How S3 encrypts the test object, as in `PutObjectCommand`: `{ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: '…' }`.
   * @default the bucket's own
   */
  readonly encryption?: S3Encryption | undefined
  /**
   * The state while the client has no free socket: `'degraded'` keeps the HTTP status 200, because a busy client is not
   * broken; `'failing'` fails the report. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
}

const RULES: Rules<S3Options> = {
  bucket: {
    expected: "the name of a bucket, such as 'uploads'",
    matches: (value) => isName(value) && !value.includes('://'),
  },
  prefix: aString,
  writable: aBoolean,
  expectedBucketOwner: {
    expected: 'the id of an AWS account, a string of 12 digits',
    matches: (value) => typeof value === 'string' && /^\d{12}$/.test(value),
  },
  encryption: anObject,
  busy: oneOf('degraded', 'failing'),
}

/**
 * Puts a test object into a bucket, checks its size, reads it back and deletes it. Needs the permissions `s3:PutObject`,
 * `s3:GetObject` and `s3:DeleteObject`; in a bucket that keeps versions also `s3:DeleteObjectVersion`, so that no version
 * and no delete marker is left. With `writable: false` it needs only `s3:ListBucket`.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a client, without a bucket, or for an option that cannot work.
 * @example
 * storage(s3Probe(new S3Client({}), { bucket: 'uploads', prefix: 'health/' }))
 */
export function s3Probe(client: Pick<S3Client, 'send'>, options: S3Options): Probe {
  const expected = 'an S3Client of the @aws-sdk/client-s3 package'
  assertClient('s3Probe', client, expected, isS3Client(client))
  const { bucket, prefix = '', encryption = {}, ...others } = validate('s3Probe', options, RULES)
  const { expectedBucketOwner: owner, writable = true, busy } = others
  validateValue('s3Probe', 'bucket', bucket, RULES.bucket)
  validate('option encryption of s3Probe', encryption, ENCRYPTION)
  const busyError = busyErrorOf(client, busy)
  /** Throws while a request of an earlier run waits for a socket: another one would only make the queue longer. */
  const throwIfQueued = (path: RegExp) => {
    const error = busyError(path)
    if (error) throw error
  }

  if (!writable) {
    const input = { Bucket: bucket, Prefix: prefix, MaxKeys: 1, ...(owner && { ExpectedBucketOwner: owner }) }
    return async (abortSignal) => {
      abortSignal.throwIfAborted()
      throwIfQueued(LISTING)
      const listed = client.send(new ListObjectsV2Command(input), { abortSignal })
      const explained = listed.catch(errorExplainer('ListObjectsV2', bucket))
      await orAborted(explained, abortSignal, (reason) => busyError(LISTING, reason) ?? reason)
    }
  }

  let path: RegExp | undefined
  const makeRoundTrip = createRoundTrips((name) => {
    const ours = new RegExp(name)
    path = ours
    return {
      ...s3Object(client, {
        bucket,
        key: `${prefix}${name}`,
        owner,
        encryption,
        isQueued: () => busyError(ours) !== undefined,
      }),
      pending: (reason) => busyError(ours, reason),
    }
  })
  const probe = async (signal: AbortSignal) => {
    signal.throwIfAborted()
    if (path) throwIfQueued(path)
    await makeRoundTrip(signal)
  }
  const { SSECustomerKey } = encryption
  return Object.assign(probe, { secrets: () => (SSECustomerKey ? [SSECustomerKey] : []) })
}

/** The path of a request that lists one key. */
const LISTING = /[?&]max-keys=1(&|$)/

/** Whether it is a client of S3, or a wrapper of one: clients of other AWS services have the same method. */
function isS3Client(client: unknown): boolean {
  const service = memberOf(memberOf(client, 'config'), 'serviceId')
  return hasMembers(client, { send: 'function' }) && (service === undefined || service === 'S3')
}
