/// <reference path="../../../checks/db/test/oldest.d.ts" />
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databases } from '@watchman/db'
import {
  type BackendSpec,
  type DriverSpec,
  type Faults,
  makeSmallDisk,
  type SmallDisk,
  smallDiskSkipReason,
} from '@watchman/fault-matrix'
import { dropPrivileges } from '@watchman/test-helpers'
import { subjects } from '../../../checks/db/test/sqlite-subjects.ts'

interface Backend {
  readonly disk: SmallDisk
  readonly file: string
  stop(): Promise<unknown>
}

const clients = await subjects()

async function start(): Promise<Backend> {
  const disk = makeSmallDisk(256)
  const file = join(disk.folder, 'app.db')
  const open = clients.find(({ missing }) => !missing)?.open
  if (!open) throw new Error('[fault-matrix] no SQLite can be loaded')
  const database = open(file)
  database.exec('CREATE TABLE kept (value)')
  database.close()
  // The healthy one is written too, without the privileges of root.
  chmodSync(disk.folder, 0o777)
  chmodSync(file, 0o666)
  return { disk, file, stop: async () => disk.remove() }
}

/** Overwrites a file; returns the function that restores it. */
function overwrite(file: string, content: (size: number) => Buffer) {
  const original = readFileSync(file)
  writeFileSync(file, content(original.length))
  return () => writeFileSync(file, original)
}

const faults: Faults<Backend> = {
  'somebody else holds the lock': {
    async inject({ client: { exhaust } }) {
      if (!exhaust) throw new Error('[fault-matrix] this client cannot take the lock')
      return exhaust()
    },
  },
  'somebody else writes': {
    async inject({ client: { exhaust } }) {
      if (!exhaust) throw new Error('[fault-matrix] this client cannot take the lock')
      return exhaust('BEGIN IMMEDIATE')
    },
  },
  'the file is removed': {
    inject({ backend: { file } }) {
      renameSync(file, `${file}.moved`)
      return () => renameSync(`${file}.moved`, file)
    },
  },
  'another file is put in its place': {
    inject({ backend: { file } }) {
      renameSync(file, `${file}.moved`)
      writeFileSync(file, readFileSync(`${file}.moved`))
      return () => renameSync(`${file}.moved`, file)
    },
  },
  'the file is overwritten with something else': {
    inject: ({ backend: { file } }) => overwrite(file, (size) => Buffer.alloc(size, 'garbage ')),
  },
  'the file is cut short': {
    inject: ({ backend: { file } }) => overwrite(file, () => Buffer.from('SQLite')),
  },
  'the disk is full': {
    skipReason: smallDiskSkipReason,
    inject: ({ backend: { disk } }) => disk.fill(),
  },
  'read-only': {
    inject({ backend: { disk, file } }) {
      chmodSync(disk.folder, 0o555)
      chmodSync(file, 0o444)
      const regain = dropPrivileges()
      return () => {
        regain()
        chmodSync(file, 0o666)
        chmodSync(disk.folder, 0o777)
      }
    },
  },
}

/** The cells of a probe that only reads, and of one that writes. */
const CELLS: Readonly<Record<'reads' | 'writes', DriverSpec<Backend>['cells']>> = {
  reads: { 'somebody else writes': 'ok', 'the disk is full': 'ok', 'read-only': 'ok' },
  writes: {
    'somebody else writes':
      /^degraded: no write transaction could begin: database is locked: timed out after 800 ms$/,
    'the disk is full': /^database or disk is full$/,
    'read-only': /^the database is read-only: attempt to write a readonly database$/,
  },
}

/** The name has no version: every version must show the same messages. */
function sqliteDriver(name: string, mode: 'reads' | 'writes'): DriverSpec<Backend> {
  const subject = clients.find((one) => one.name.includes(name))
  return {
    name: mode === 'writes' ? `${name} with \`writable: true\`` : name,
    skipReason: subject?.missing,
    supported: subject !== undefined,
    open({ file }) {
      const opened = subject?.open(file, { writable: mode === 'writes' })
      if (!opened) throw new Error(`[fault-matrix] no ${name}`)
      return {
        probe: opened.probe,
        leftovers: () => ({}),
        // By the same library: two libraries in one process do not see each other's locks.
        async exhaust(lock = 'BEGIN EXCLUSIVE') {
          const other = subject?.open(file)
          other?.exec(lock)
          return () => {
            other?.exec('COMMIT')
            other?.close()
          }
        },
        close: () => opened.close(),
      }
    },
    cells: {
      'somebody else holds the lock': /^database is locked$/,
      'the file is removed': /the file app\.db is gone/,
      'another file is put in its place': /the file app\.db is not the one that was opened/,
      'the file is overwritten with something else': /^file is not a database$/,
      'the file is cut short': /^file is not a database$/,
      ...CELLS[mode],
    },
  }
}

export const sqliteSpec: BackendSpec<Backend> = {
  name: 'SQLite',
  skipReason: clients.every(({ missing }) => missing) ? clients[0]?.missing : undefined,
  start,
  secrets: () => [],
  check: databases,
  faults,
  drivers: ['better-sqlite3', 'node:sqlite'].flatMap((name) => [
    sqliteDriver(name, 'reads'),
    sqliteDriver(name, 'writes'),
  ]),
}
