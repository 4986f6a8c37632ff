import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BackendSpec,
  type DriverSpec,
  type Faults,
  type FreezableDisk,
  freezeSkipReason,
  makeFreezableDisk,
} from '@watchman/fault-matrix'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { dropPrivileges } from '@watchman/test-helpers'

interface Backend {
  readonly disk: FreezableDisk
  readonly uploads: string
  stop(): Promise<unknown>
}

async function start(): Promise<Backend> {
  const disk = makeFreezableDisk()
  const uploads = join(disk.folder, 'uploads')
  mkdirSync(uploads)
  chmodSync(uploads, 0o777)
  return { disk, uploads, stop: async () => disk.remove() }
}

/** Moves the folder away; returns the function that moves it back. */
function move(uploads: string) {
  renameSync(uploads, `${uploads}.moved`)
  return () => renameSync(`${uploads}.moved`, uploads)
}

const faults: Faults<Backend> = {
  'the folder is missing': {
    inject: ({ backend: { uploads } }) => move(uploads),
  },
  'a file is in its place': {
    inject({ backend: { uploads } }) {
      const moveBack = move(uploads)
      writeFileSync(uploads, '')
      return () => {
        rmSync(uploads)
        moveBack()
      }
    },
  },
  'no permission': {
    inject({ backend: { uploads } }) {
      chmodSync(uploads, 0o555)
      const regain = dropPrivileges()
      return () => {
        regain()
        chmodSync(uploads, 0o777)
      }
    },
  },
  'the disk is full': {
    skipReason: freezeSkipReason,
    inject: ({ backend: { disk } }) => disk.fill(),
  },
  'the disk takes no more files': {
    skipReason: freezeSkipReason,
    inject: ({ backend: { disk } }) => disk.useAllInodes(),
  },
  'the disk is read-only': {
    skipReason: freezeSkipReason,
    inject: ({ backend: { disk } }) => disk.makeReadOnly(),
  },
  'the disk hangs': {
    skipReason: freezeSkipReason,
    inject: ({ backend: { disk } }) => disk.freeze(),
  },
}

const fsDriver: DriverSpec<Backend> = {
  name: 'fs',
  open: ({ uploads }) => ({
    probe: fsProbe(uploads),
    leftovers: () => ({ files: readdirSync(uploads).length }),
    close: () => {},
  }),
  cells: {
    'the folder is missing': /^\S+\/uploads does not exist: ENOENT/,
    'a file is in its place': /^\S+\/uploads is not a directory: ENOTDIR/,
    'no permission': /^\S+\/uploads does not permit this process to write and read: EACCES/,
    'the disk is full':
      /^\S+\/uploads is full: its disk has no space.*: ENOSPC: no space left on device, write$/,
    'the disk takes no more files': /^\S+\/uploads is full: .* no room for another file: ENOSPC/,
    'the disk is read-only': /^\S+\/uploads is read-only: EROFS/,
    'the disk hangs': /^no answer to write yet: timed out after 800 ms$/,
  },
}

export const directorySpec: BackendSpec<Backend> = {
  name: 'Folders',
  start,
  secrets: () => [],
  check: storage,
  faults,
  drivers: [fsDriver],
}
