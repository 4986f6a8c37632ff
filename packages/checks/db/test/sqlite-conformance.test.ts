import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probeCases } from '@watchman/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Opened, subjects } from './sqlite-subjects.ts'

describe.each(await subjects())('sqlite of $name', ({ missing: reason, open }) => {
  describe.skipIf(reason)(reason ?? 'as it is installed', () => {
    let folder: string
    let database: Opened
    const move = (from: string, to: string) => {
      try {
        renameSync(join(folder, from), join(folder, to))
      } catch {
        // It has been moved before.
      }
      return database.probe
    }
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
      database = open(join(folder, 'app.db'))
      database.exec('CREATE TABLE kept (value)')
    })
    afterAll(() => {
      database.close()
      rmSync(folder, { recursive: true })
    })
    // It reads synchronously, so that it cannot hang.
    const subject = { up: () => move('away.db', 'app.db'), down: () => move('app.db', 'away.db') }
    for (const { name, run } of probeCases(subject)) test(name, run)
  })
})
