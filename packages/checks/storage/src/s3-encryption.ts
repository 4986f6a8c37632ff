import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import { aBoolean, aName, type Rules } from '@watchman/core/driver'

/** How S3 encrypts the test object, with the names that `PutObjectCommand` has for it. */
export type S3Encryption = Readonly<
  Pick<
    PutObjectCommandInput,
    | 'ServerSideEncryption'
    | 'SSEKMSKeyId'
    | 'SSEKMSEncryptionContext'
    | 'BucketKeyEnabled'
    | 'SSECustomerAlgorithm'
    | 'SSECustomerKey'
    | 'SSECustomerKeyMD5'
  >
>

/** What it may contain. S3 itself decides which values it supports. */
export const ENCRYPTION: Rules<Required<S3Encryption>> = {
  ServerSideEncryption: aName,
  SSEKMSKeyId: aName,
  SSEKMSEncryptionContext: aName,
  BucketKeyEnabled: aBoolean,
  SSECustomerAlgorithm: aName,
  SSECustomerKey: aName,
  SSECustomerKeyMD5: aName,
}

/** What reading an object needs: the key, where the application holds it. */
export function customerKeyOf(encryption: S3Encryption): S3Encryption {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = encryption
  return {
    ...(SSECustomerAlgorithm && { SSECustomerAlgorithm }),
    ...(SSECustomerKey && { SSECustomerKey }),
    ...(SSECustomerKeyMD5 && { SSECustomerKeyMD5 }),
  }
}
