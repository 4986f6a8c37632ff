import { mkdirSync, mkdtempSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mountTmpfs, tmpfsSkipReason, untyped } from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteProbe } from '../src/sqlite.ts'
import { type Opened, subjects } from './sqlite-subjects.ts'
import { degraded, failing, healthy, watch } from './watch.ts'

const never = new AbortController().signal
const mountSkipReason = tmpfsSkipReason()

describe.each(await subjects())('sqlite of $name', ({ missing, open }) => {
  describe.skipIf(missing)(missing ?? 'as it is installed', () => {
    let folder: string
    let file: string
    let database: Opened
    const opened: Opened[] = []
    const again = (options?: Parameters<typeof open>[1]) => {
      const other = open(file, options)
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

    test('blocks the event loop for a moment while another connection locks the file, whatever the timeout of the application', async () => {
      const probed = again({ timeout: 5000 })
      const other = again()
      other.exec('BEGIN EXCLUSIVE')
      const blocked: number[] = []
      for (let run = 0; run < 3; run += 1) {
        const began = performance.now()
        const asked = Promise.resolve(probed.probe(never)) // reads synchronously
        blocked.push(performance.now() - began)
        await expect(asked).rejects.toThrow('database is locked')
      }
      expect(Math.min(...blocked)).toBeLessThan(250)
      other.exec('COMMIT')
    })

    test.each([0, 50, 5000])(
      'restores the busy timeout of the application, also after a failure (%i ms)',
      async (timeout) => {
        const probed = again({ timeout, writable: true })
        const timeoutOf = () => probed.prepare('PRAGMA busy_timeout').get()
        await probed.probe(never)
        expect(timeoutOf()).toEqual({ timeout })
        const other = again()
        other.exec('BEGIN EXCLUSIVE')
        await expect(probed.probe(never)).rejects.toThrow('database is locked')
        expect(timeoutOf()).toEqual({ timeout })
        other.exec('COMMIT; BEGIN IMMEDIATE')
        await expect(probed.probe(AbortSignal.timeout(20))).rejects.toThrow('no write transaction')
        expect(timeoutOf()).toEqual({ timeout })
        other.exec('COMMIT')
      },
    )

    test('works while the application iterates over rows', async () => {
      database.exec('INSERT INTO kept VALUES (1), (2), (3)')
      const probed = again({ timeout: 5000 })
      const rows = probed.prepare('SELECT value FROM kept').iterate()
      rows.next()
      await probed.probe(never)
      expect(rows.next()).toEqual({ done: false, value: { value: 2 } })
      rows.return?.()
    })

    describe('with writable: true', () => {
      test.each(['DELETE', 'WAL'])(
        'is ok, changes nothing and leaves no transaction (journal mode %s)',
        async (mode) => {
          database.exec(`PRAGMA journal_mode = ${mode}; PRAGMA user_version = 7; INSERT INTO kept VALUES (1)`)
          const probed = again({ writable: true })
          await probed.probe(never)
          const before = [readdirSync(folder), statSync(file).mtimeMs]
          for (let run = 0; run < 3; run += 1) await probed.probe(never)
          expect([readdirSync(folder), statSync(file).mtimeMs]).toEqual(before)
          expect(probed.prepare('PRAGMA user_version').get()).toEqual({ user_version: 7 })
          probed.exec('BEGIN; COMMIT') // fails inside a transaction
          database.exec('INSERT INTO kept VALUES (2)') // fails while the file is locked
        },
      )

      test('fails for a database that is read-only', async () => {
        const ask = watch(again({ writable: true, readOnly: true }).probe)
        expect(await ask()).toBe(failing('the database is read-only: attempt to write a readonly database'))
        expect(await watch(again({ readOnly: true }).probe)()).toBe(healthy)
      })

      test('is degraded while another connection writes for longer than the timeout, and does not block meanwhile', async () => {
        const probed = again({ timeout: 5000, writable: true })
        const ask = watch(probed.probe, 500)
        const other = again()
        other.exec('BEGIN IMMEDIATE')
        let ticks = 0
        const ticking = setInterval(() => {
          ticks += 1
        }, 5)
        expect(await ask()).toBe(
          degraded('no write transaction could begin: database is locked: timed out after 500 ms'),
        )
        clearInterval(ticking)
        expect(ticks).toBeGreaterThan(5)
        other.exec('COMMIT')
        expect(await ask()).toBe(healthy)
      })

      test('waits for a transaction of the application to end, and does not end it', async () => {
        const probed = again({ writable: true })
        probed.exec('BEGIN; INSERT INTO kept VALUES (1)')
        expect(await watch(probed.probe, 100)()).toBe(
          degraded(
            'no write transaction could begin: cannot start a transaction within a transaction: timed out after 100 ms',
          ),
        )
        const answer = watch(probed.probe)()
        await new Promise((resolve) => setTimeout(resolve, 20))
        probed.exec('INSERT INTO kept VALUES (2); COMMIT')
        expect(await answer).toBe(healthy)
        expect(database.prepare('SELECT count(*) AS count FROM kept').get()).toEqual({ count: 2 })
      })

      test('is failing once a transaction of the application changes nothing for three timeouts', async () => {
        const probed = again({ writable: true })
        const ask = watch(probed.probe, 100)
        probed.exec('BEGIN')
        await expect.poll(ask, { timeout: 10_000 }).toMatch(/^500 .*no write transaction could begin/)
        probed.exec('COMMIT')
        expect(await ask()).toBe(healthy)
      })

      test('does not disturb an iteration of the application', async () => {
        database.exec('INSERT INTO kept VALUES (1), (2), (3)')
        const probed = again({ writable: true })
        const rows = probed.prepare('SELECT value FROM kept').iterate()
        rows.next()
        await Promise.resolve(probed.probe(AbortSignal.timeout(100))).catch(() => {})
        expect(rows.next()).toEqual({ done: false, value: { value: 2 } })
        rows.return?.()
        await probed.probe(never)
      })

      test.skipIf(mountSkipReason)(`fails when the disk is full ${mountSkipReason ?? ''}`, async () => {
        const disk = join(folder, 'disk')
        mkdirSync(disk)
        const unmount = mountTmpfs(disk, 64)
        file = join(disk, 'app.db')
        const probed = again({ writable: true })
        try {
          probed.exec('CREATE TABLE kept (value)')
          const ask = watch(probed.probe)
          expect(await ask()).toBe(healthy)
          expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(128 * 1024))).toThrow('ENOSPC')
          expect(await ask()).toMatch(/^500 .*(disk is full|disk I\/O error)/)
          unlinkSync(join(disk, 'filler'))
          expect(await ask()).toBe(healthy)
          probed.exec('BEGIN; COMMIT')
        } finally {
          opened.splice(opened.indexOf(probed), 1)
          probed.close()
          unmount()
        }
      })
    })

    test('leaves no lock behind', async () => {
      expect(await watch(database.probe)()).toBe(healthy)
      const other = again()
      other.exec('BEGIN EXCLUSIVE; INSERT INTO kept VALUES (1); COMMIT')
      expect(await watch(other.probe)()).toBe(healthy)
    })
  })
})

/** A database of the package sqlite3, as far as it looks like one of better-sqlite3. Its methods call back. */
class CallbackDatabase {
  prepare() {}
  exec() {}
  each() {}
  parallelize() {}
  get(sql: string, callback: (error: Error | null, row: unknown) => void) {
    setImmediate(() => callback(null, { sql }))
  }
}

/** A database of the package sqlite. Its methods return promises. */
class PromiseDatabase {
  async prepare() {}
  async exec() {}
  async each() {}
  async get(sql: string) {
    return { sql }
  }
}

describe('sqlite', () => {
  test.each([
    [
      'sqlite3',
      new CallbackDatabase(),
      "databases({ default: () => promisify(database.get).call(database, 'SELECT name FROM sqlite_master') })",
    ],
    [
      'sqlite',
      new PromiseDatabase(),
      "databases({ default: () => database.get('SELECT name FROM sqlite_master') })",
    ],
  ])('refuses a database of the package %s, and says what to write', async (name, database, remedy) => {
    expect(() => sqliteProbe(untyped(database))).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] sqliteProbe(…) expects a Database of better-sqlite3 or a DatabaseSync of node:sqlite, not of ${name}: for that, write ${remedy}`,
      }),
    )
  })

  test('what it says to write works', async () => {
    const callback = new CallbackDatabase()
    expect(
      await watch(() => promisify(callback.get).call(callback, 'SELECT name FROM sqlite_master'))(),
    ).toBe(healthy)
    const promise = new PromiseDatabase()
    expect(await watch(() => promise.get('SELECT name FROM sqlite_master'))()).toBe(healthy)
  })

  const database = { prepare: () => ({ get() {} }), exec() {} }

  test.each<[string, unknown, string]>([
    [
      'an unknown option',
      { writeable: true },
      'sqliteProbe has no option "writeable": its options are writable',
    ],
    ['another type', { writable: 1 }, 'option writable of sqliteProbe must be true or false, not 1'],
    ['options that are not an object', true, 'options of sqliteProbe must be an object, not true'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => sqliteProbe(database, untyped(options))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: `[watchman] ${message}` }),
    )
  })

  test('takes an option that is undefined for one that is absent', () => {
    expect(sqliteProbe(database, { writable: undefined })).toBeTypeOf('function')
  })

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a string', 'app.db'],
    ['an Object', { prepare() {} }],
    ['an Object', { prepare() {}, exec() {}, batch() {} }],
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
