import { mkdirSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkCases } from '@watchman/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { system } from '../src/index.ts'

describe('system with a disk that comes and goes', () => {
  let root: string
  let disk: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'system-'))
    disk = join(root, 'disk')
  })
  afterAll(() => rmSync(root, { recursive: true }))
  // A busy machine does not exceed these limits: only the disk can fail.
  const make = () =>
    system({
      eventLoop: { maxDelay: 60_000 },
      memory: { maxHeap: 1, maxRss: 1 },
      disks: { [disk]: 0 },
    })
  const subject = {
    up: () => {
      mkdirSync(disk, { recursive: true })
      return make()
    },
    down: () => {
      rmSync(disk, { recursive: true, force: true })
      return make()
    },
  }
  for (const { name, run } of checkCases(subject)) test(name, run)
})
