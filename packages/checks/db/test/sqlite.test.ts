import { mkdtempSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteProbe } from '../src/sqlite.ts'
import { type Opened, subjects } from './sqlite-subjects.ts'
import { failing, healthy, watch } from './watch.ts'

describe.each(await subjects())('sqlite of $name', ({ missing, open }) => {
  describe.skipIf(missing)(missing ?? 'as it is installed', () => {
    let folder: string
    let file: string
    let database: Opened
    const opened: Opened[] = []
    const again = () => {
      const other = open(file)
      opened.push(other)
      return other
    }

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
      file = join(folder, 'app.db')
      database = again()
      database.exec('CREATE TABLE kept (value)')
    })
    afterEach(async () => {
      for (const other of opened.splice(0)) if (other !== database) other.close()
      await rm(folder, { recursive: true })
    })

    test('is ok when the file can be read, also one without tables, and changes nothing', async () => {
      const before = [readdirSync(folder), statSync(file).mtimeMs]
      expect(await watch(database.probe)()).toBe(healthy)
      expect([readdirSync(folder), statSync(file).mtimeMs]).toEqual(before)
      file = join(folder, 'empty.db')
      expect(await watch(again().probe)()).toBe(healthy)
    })

    test('reads the file: fails once it contains something else, and recovers', async () => {
      const ask = watch(database.probe)
      expect(await ask()).toBe(healthy)
      const { size } = statSync(file)
      writeFileSync(file, Buffer.alloc(size, 'garbage '))
      expect(await ask()).toBe(failing('file is not a database'))
      writeFileSync(file, '')
      expect(await ask()).toBe(healthy)
    })

    test('fails once the file is removed, moved or replaced, and recovers when it is back', async () => {
      const ask = watch(database.probe)
      expect(await ask()).toBe(healthy)
      renameSync(file, `${file}.moved`)
      expect(await ask()).toBe(failing('the file app.db is gone: what is written now is lost'))
      writeFileSync(file, '')
      expect(await ask()).toMatch(
        'the file app.db is not the one that was opened: what is written now is lost',
      )
      renameSync(`${file}.moved`, file)
      expect(await ask()).toBe(healthy)
      database.exec('VACUUM')
      expect(await ask()).toBe(healthy)
    })

    test('needs no file for a database in memory', async () => {
      file = ':memory:'
      expect(await watch(again().probe)()).toBe(healthy)
    })

    test('fails for a database that is closed', async () => {
      const ask = watch(database.probe)
      expect(await ask()).toBe(healthy)
      database.close()
      expect(await ask()).toMatch(/"error":"(The database connection|database) is not open"/)
    })

    test('fails while another connection locks the file, and recovers', async () => {
      const ask = watch(database.probe)
      const other = again()
      other.exec('BEGIN EXCLUSIVE')
      expect(await ask()).toBe(failing('database is locked'))
      other.exec('COMMIT')
      expect(await ask()).toBe(healthy)
    })

    test('leaves no lock behind', async () => {
      expect(await watch(database.probe)()).toBe(healthy)
      const other = again()
      other.exec('BEGIN EXCLUSIVE; INSERT INTO kept VALUES (1); COMMIT')
      expect(await watch(other.probe)()).toBe(healthy)
    })
  })
})

describe('sqlite', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'app.db'],
    ['an Object', { prepare() {} }],
    ['a function', () => {}],
  ])('refuses %s', (type, client) => {
    const expected = 'a Database of better-sqlite3 or a DatabaseSync of node:sqlite'
    expect(() => Reflect.apply(sqliteProbe, undefined, [client])).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] sqliteProbe(…) expects ${expected}, not ${type}`,
      }),
    )
  })
})
