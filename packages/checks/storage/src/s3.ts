import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Probe } from '@watchman/core'
import {
  aString,
  assertClient,
  hasMembers,
  isName,
  memberOf,
  type Rules,
  validate,
  validateValue,
} from '@watchman/core/driver'
import { roundTrip, type TestFile } from './round-trip.ts'

/** Options of `s3`. */
export interface S3Options {
  /** The bucket to write to. */
  readonly bucket: string
  /** The prefix of the key of the test object, used as it is: `'health/'`. @default '' */
  readonly prefix?: string | undefined
}

const RULES: Rules<S3Options> = {
  bucket: { expected: "the name of a bucket, such as 'uploads'", matches: isName },
  prefix: aString,
}

/** Milliseconds that removing the test object may take after a failure or an abort. */
const DISCARD_TIMEOUT = 5000

/**
 * Puts a test object into a bucket, checks its size, reads it back and deletes it. Needs the permissions `s3:PutObject`,
 * `s3:GetObject` and `s3:DeleteObject`.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a client, without a bucket, or for an option that cannot work.
 * @example
 * storage(s3Probe(new S3Client({}), { bucket: 'uploads', prefix: 'health/' }))
 */
export function s3Probe(client: Pick<S3Client, 'send'>, options: S3Options): Probe {
  const expected = 'an S3Client of the @aws-sdk/client-s3 package'
  assertClient('s3Probe', client, expected, hasMembers(client, { send: 'function' }))
  const { bucket, prefix = '' } = validate('s3Probe', options, RULES)
  validateValue('s3Probe', 'bucket', bucket, RULES.bucket)
  // S3 may carry out a put that was cut off after it has carried out the deletion. The next run uses the same name, so that
  // it removes the object.
  const unfinished = new Set<string>()

  const open = (name: string, abortSignal: AbortSignal): TestFile => {
    const object = { Bucket: bucket, Key: `${prefix}${name}` }
    const put = (Body: string) => new PutObjectCommand({ ...object, Body, ContentType: 'text/plain' })
    return {
      write: (content) =>
        client.send(put(content), { abortSignal }).catch(errorExplainer('PutObject', bucket)),
      size: () =>
        client
          .send(new HeadObjectCommand(object), { abortSignal })
          .then(({ ContentLength }) => ContentLength, errorExplainer('HeadObject', bucket)),
      read: () =>
        client
          .send(new GetObjectCommand(object), { abortSignal })
          .then(({ Body }) => Body?.transformToString())
          .catch(errorExplainer('GetObject', bucket)),
      remove: () =>
        client
          .send(new DeleteObjectCommand(object), { abortSignal })
          .catch(errorExplainer('DeleteObject', bucket)),
      discard: () =>
        client.send(new DeleteObjectCommand(object), { abortSignal: AbortSignal.timeout(DISCARD_TIMEOUT) }),
    }
  }

  return async (signal) => {
    const [id = crypto.randomUUID()] = unfinished
    unfinished.delete(id) // runs that overlap use different names
    try {
      await roundTrip((name) => open(name, signal), signal, id)
    } catch (error) {
      unfinished.add(id)
      throw error
    }
  }
}

/** Makes the function that rethrows an error of the SDK with a readable message: some have a useless one, or none. */
function errorExplainer(operation: string, bucket: string): (error: unknown) => never {
  return (error) => {
    const name = memberOf(error, 'name') ?? 'Error'
    const message = memberOf(error, 'message') ?? ''
    const status = memberOf(memberOf(error, '$metadata'), 'httpStatusCode')
    const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(`${name}: ${message}`)) ?? []
    if (!status) throw meaning ? new Error(meaning) : error // no response: S3 was not reached
    const isUseful = message && message !== 'UnknownError' && message !== name
    const text = meaning ?? `${name}${isUseful ? `: ${message}` : ''}`
    const full = `${text} (${operation}, HTTP ${status}, bucket ${bucket})`
    throw isUseful && !meaning ? new Error(full, { cause: error }) : new Error(full)
  }
}

/** Replaces messages of Node, OpenSSL and the parsers of the SDK, which do not say what is wrong with the endpoint. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/socket hang up|ECONNRESET/, 'the endpoint closed the connection before it had answered'],
  [/wrong version number/, 'the endpoint does not speak TLS: it is http:, not https:'],
  [/Parse Error/, 'what answers at the endpoint does not speak HTTP'],
  [/Deserialization error/, 'what answers at the endpoint does not speak S3'],
]
