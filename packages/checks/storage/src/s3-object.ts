import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { memberOf } from '@watchman/core/driver'
import { orAborted } from './or-aborted.ts'
import type { TestFile } from './round-trip.ts'
import { customerKeyOf, type S3Encryption } from './s3-encryption.ts'
import { errorExplainer, statusOf } from './s3-error.ts'

/** Where a test object is written, and how. */
export interface ObjectOptions {
  readonly bucket: string
  readonly key: string
  /** The account that must own the bucket. */
  readonly owner: string | undefined
  readonly encryption: S3Encryption
  /** Whether a request for it waits for a socket of the client. */
  readonly isQueued: () => boolean
}

/** Milliseconds in which S3 may still carry out a put that had no answer. */
const MAX_LATENESS = 60_000

const VERSION_HINT = ': the bucket keeps versions, and removing one needs s3:DeleteObjectVersion'

/** Makes a test object. A bucket that keeps versions keeps none of it, and no delete marker. */
export function s3Object(client: Pick<S3Client, 'send'>, options: ObjectOptions): Omit<TestFile, 'pending'> {
  const { bucket, key, owner, encryption, isQueued } = options
  const object = { Bucket: bucket, Key: key, ...(owner && { ExpectedBucketOwner: owner }) }
  const readable = { ...object, ...customerKeyOf(encryption) }
  /** What was written and is not removed yet. Its version is undefined where the bucket keeps none. */
  let written: { readonly version: string | undefined } | undefined
  /** When a put without an answer was sent. S3 may carry it out later than what is sent after it. */
  let unansweredAt = Number.NEGATIVE_INFINITY
  const mayReappear = () => performance.now() - unansweredAt < MAX_LATENESS

  async function put(content: string, abortSignal: AbortSignal): Promise<void> {
    const input = { ...object, ...encryption, Body: content, ContentType: 'text/plain' }
    const before = unansweredAt
    unansweredAt = performance.now()
    /** Ignores an answer that came after the abort, and one before which the SDK has sent the put more than once. */
    const onAnswer = ($metadata: unknown) => {
      if (!abortSignal.aborted && memberOf($metadata, 'attempts') === 1) unansweredAt = before
    }
    try {
      const { VersionId, $metadata } = await client.send(new PutObjectCommand(input), { abortSignal })
      onAnswer($metadata)
      if (!abortSignal.aborted) written = { version: VersionId }
    } catch (error) {
      const status = Number(statusOf(error))
      if (status >= 400 && status < 500) onAnswer(memberOf(error, '$metadata')) // it was refused
      throw error
    }
  }

  async function deleteVersion(version: string | undefined, abortSignal: AbortSignal): Promise<void> {
    const remove = (VersionId: string | undefined) =>
      client
        .send(new DeleteObjectCommand({ ...object, ...(VersionId && { VersionId }) }), { abortSignal })
        .catch(errorExplainer('DeleteObject', bucket, VersionId && VERSION_HINT))
    const { DeleteMarker, VersionId } = await remove(version)
    if (version === undefined && DeleteMarker) await remove(VersionId) // the bucket keeps versions after all
  }

  /** Deletes the versions that are found, which are those of puts that had no answer. */
  async function deleteFound(abortSignal: AbortSignal): Promise<void> {
    const deleted = new Set<string | undefined>()
    for (;;) {
      const found = await client.send(new HeadObjectCommand(readable), { abortSignal }).catch(ifThere)
      if (!found || deleted.has(found.VersionId)) return
      deleted.add(found.VersionId)
      await deleteVersion(found.VersionId, abortSignal)
      if (found.VersionId === undefined) return
    }
  }

  async function deleteAll(abortSignal: AbortSignal): Promise<void> {
    if (written) await deleteVersion(written.version, abortSignal)
    written = undefined
    // A put that waits for a socket was not sent.
    if (mayReappear() && !isQueued()) await deleteFound(abortSignal)
  }

  /** Returns nothing for an object that does not exist: without s3:ListBucket, S3 answers 403 in place of 404. */
  function ifThere(error: unknown): undefined {
    const status = statusOf(error)
    if (status !== 404 && status !== 403) errorExplainer('HeadObject', bucket)(error)
  }

  return {
    mayReappear,
    write: (content, signal) =>
      orAborted(put(content, signal).catch(errorExplainer('PutObject', bucket)), signal),
    size: (abortSignal) =>
      orAborted(
        client.send(new HeadObjectCommand(readable), { abortSignal }).then(
          ({ ContentLength, VersionId }) => {
            // A bucket whose versioning is suspended reports the version 'null' only here.
            if (written) written = { version: written.version ?? VersionId }
            return ContentLength
          },
          errorExplainer('HeadObject', bucket),
        ),
        abortSignal,
      ),
    read: (abortSignal) =>
      orAborted(
        client
          .send(new GetObjectCommand(readable), { abortSignal })
          .then(({ Body }) => Body?.transformToString())
          .catch(errorExplainer('GetObject', bucket)),
        abortSignal,
      ),
    remove: (signal) => orAborted(deleteAll(signal), signal),
    discard: (signal) =>
      orAborted(deleteAll(signal), signal, (cause) => new Error('no answer to remove yet', { cause })),
  }
}
