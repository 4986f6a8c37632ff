import { vi } from 'vitest'
import { describeS3 } from './s3-cases.ts'

// The driver imports its commands from the SDK; so does the SDK that it is given.
vi.mock('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3-oldest'))

describeS3('SDK 3.400.0')
