/// <reference path="../../../checks/db/test/oldest.d.ts" />
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { databases } from '@watchman/db'
import {
  type Driver,
  diskProblem,
  dropRights,
  type Faults,
  type Kind,
  makeSmallDisk,
  type SmallDisk,
} from '@watchman/fault-matrix'
import { type Subject, subjects } from '../../../checks/db/test/sqlite-subjects.ts'

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
  if (!open) throw new Error('[faults] no SQLite can be loaded')
  const database = open(file)
  database.exec('CREATE TABLE kept (value)')
  database.close()
  return { disk, file, stop: async () => disk.remove() }
}

/** Puts `content` into the file, and back what was in it. */
function overwrite(file: string, content: (size: number) => Buffer) {
  const original = readFileSync(file)
  writeFileSync(file, content(original.length))
  return () => writeFileSync(file, original)
}

const faults: Faults<Backend> = {
  'somebody else holds the lock': {
    async bring({ client: { exhaust } }) {
      if (!exhaust) throw new Error('[faults] this client cannot take the lock')
      return exhaust()
    },
  },
  'the file is removed': {
    bring({ backend: { file } }) {
      renameSync(file, `${file}.moved`)
      return () => renameSync(`${file}.moved`, file)
    },
  },
  'another file is put in its place': {
    bring({ backend: { file } }) {
      renameSync(file, `${file}.moved`)
      writeFileSync(file, readFileSync(`${file}.moved`))
      return () => renameSync(`${file}.moved`, file)
    },
  },
  'the file is overwritten with something else': {
    bring: ({ backend: { file } }) => overwrite(file, (size) => Buffer.alloc(size, 'garbage ')),
  },
  'the file is cut short': {
    bring: ({ backend: { file } }) => overwrite(file, () => Buffer.from('SQLite')),
  },
  'the disk is full': {
    missing: diskProblem,
    bring: ({ backend: { disk } }) => disk.fill(),
  },
  'read-only': {
    bring({ backend: { disk, file } }) {
      chmodSync(disk.folder, 0o555)
      chmodSync(file, 0o444)
      const regain = dropRights()
      return async () => {
        await regain()
        chmodSync(file, 0o644)
        chmodSync(disk.folder, 0o755)
      }
    },
  },
}

/** The column says no version: every one is to read the same. */
function driver(name: string, subject: Subject | undefined): Driver<Backend> {
  return {
    name,
    missing: subject?.missing,
    supported: subject !== undefined,
    open({ file }) {
      const opened = subject?.open(file)
      if (!opened) throw new Error(`[faults] no ${name}`)
      return {
        probe: opened.probe,
        leftovers: () => ({}),
        // By the same library: locks are those of a process, and two libraries in one do not see each other's.
        async exhaust() {
          const other = subject?.open(file)
          other?.exec('BEGIN EXCLUSIVE')
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
      'the disk is full': 'ok',
      'read-only': 'ok',
    },
  }
}

const named = (part: string) => clients.find(({ name }) => name.includes(part))

export const sqliteKind: Kind<Backend> = {
  name: 'SQLite',
  start,
  secrets: () => [],
  check: databases,
  faults,
  drivers: [driver('better-sqlite3', named('better-sqlite3')), driver('node:sqlite', named('node:sqlite'))],
}
