import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Probe } from '@watchman/core'
import { invalid } from './invalid.ts'
import { roundTrip, type TestFile } from './round-trip.ts'

/** Options of `s3`. */
export interface S3Options {
  /** The bucket to write to. */
  readonly bucket: string
  /** What the key of the test object starts with, as it is: `'health/'`. @default '' */
  readonly prefix?: string | undefined
}

/** Milliseconds a test object can still be removed in after a failure or the deadline. */
const DISCARD_TIMEOUT = 5000

/**
 * Puts a test object into a bucket, checks its size, reads it back and deletes it. Needs the permissions `s3:PutObject`,
 * `s3:GetObject` and `s3:DeleteObject`.
 *
 * @throws WatchmanError `INVALID_OPTION` for something else than a client, or without a bucket.
 * @example
 * storage(s3(new S3Client({}), { bucket: 'uploads', prefix: 'health/' }))
 */
export function s3(client: Pick<S3Client, 'send'>, options: S3Options): Probe {
  ensureClient(client)
  const { bucket, prefix = '' } = ensureOptions(options)
  // What S3 gets to do later than we waited for, such as a put that was cut off, may come after the deletion. The next
  // run takes the same name then, and so removes what there is.
  const unfinished = new Set<string>()

  const open = (name: string, abortSignal: AbortSignal): TestFile => {
    const object = { Bucket: bucket, Key: `${prefix}${name}` }
    const put = (Body: string) => new PutObjectCommand({ ...object, Body, ContentType: 'text/plain' })
    return {
      write: (content) => client.send(put(content), { abortSignal }).catch(explainer('PutObject', bucket)),
      size: () =>
        client
          .send(new HeadObjectCommand(object), { abortSignal })
          .then(({ ContentLength }) => ContentLength, explainer('HeadObject', bucket)),
      read: () =>
        client
          .send(new GetObjectCommand(object), { abortSignal })
          .then(({ Body }) => Body?.transformToString())
          .catch(explainer('GetObject', bucket)),
      remove: () =>
        client
          .send(new DeleteObjectCommand(object), { abortSignal })
          .catch(explainer('DeleteObject', bucket)),
      discard: () =>
        client.send(new DeleteObjectCommand(object), { abortSignal: AbortSignal.timeout(DISCARD_TIMEOUT) }),
    }
  }

  return async (signal) => {
    const [id = crypto.randomUUID()] = unfinished
    unfinished.delete(id) // two runs at the same time never share one
    try {
      await roundTrip((name) => open(name, signal), signal, id)
    } catch (error) {
      unfinished.add(id)
      throw error
    }
  }
}

/** Makes the function that throws an error of the SDK again, in words: some come with a useless message, or none. */
function explainer(operation: string, bucket: string): (error: unknown) => never {
  return (error) => {
    const { name = 'Error', message = '', $metadata }: Partial<Failure> = Object(error)
    const status = $metadata?.httpStatusCode
    const [, meaning] = meanings.find(([pattern]) => pattern.test(`${name}: ${message}`)) ?? []
    if (!status) throw meaning ? new Error(meaning) : error // not from S3: it could not be reached
    const tells = message && message !== 'UnknownError' && message !== name
    const words = meaning ?? `${name}${tells ? `: ${message}` : ''}`
    const told = `${words} (${operation}, HTTP ${status}, bucket ${bucket})`
    throw tells && !meaning ? new Error(told, { cause: error }) : new Error(told)
  }
}

/** What the SDK passes on of Node, OpenSSL and its parsers is for those who write them. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/socket hang up|ECONNRESET/, 'the endpoint closed the connection before it had answered'],
  [/wrong version number/, 'the endpoint does not speak TLS: it is http:, not https:'],
  [/Parse Error/, 'what answers at the endpoint does not speak HTTP'],
  [/Deserialization error/, 'what answers at the endpoint does not speak S3'],
]

interface Failure extends Error {
  readonly $metadata: { readonly httpStatusCode?: number }
}

function ensureClient(client: unknown): void {
  const { send }: { send?: unknown } = Object(client)
  if (typeof send === 'function') return
  const found = client === undefined || client === null ? `${client}` : `another ${typeof client}`
  invalid(`s3(…) wants an S3Client of the @aws-sdk/client-s3 package, not ${found}`)
}

function ensureOptions(options: unknown): S3Options {
  const { bucket, prefix }: Partial<S3Options> = Object(options)
  if (typeof bucket !== 'string' || bucket === '')
    return invalid("s3(…) wants a bucket: { bucket: 'uploads' }")
  return { bucket, prefix }
}
