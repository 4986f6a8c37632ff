import { expect, test } from 'vitest'
import { versionsAfterFaults } from './s3-bucket-probe.ts'

test.each(['enabled', 'suspended'] as const)(
  's3Probe(…) leaves nothing after 1,000 runs of which a third fail (versioning %s)',
  async (versioning) => {
    expect(await versionsAfterFaults(versioning, 1000)).toEqual([])
  },
  120_000,
)
