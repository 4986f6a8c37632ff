import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Driver,
  dropRights,
  type Faults,
  type FreezableDisk,
  freezeProblem,
  type Kind,
  makeFreezableDisk,
} from '@watchman/fault-matrix'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'

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
    bring: ({ backend: { uploads } }) => move(uploads),
  },
  'a file is in its place': {
    bring({ backend: { uploads } }) {
      const moveBack = move(uploads)
      writeFileSync(uploads, '')
      return () => {
        rmSync(uploads)
        moveBack()
      }
    },
  },
  'no permission': {
    bring({ backend: { uploads } }) {
      chmodSync(uploads, 0o555)
      const regain = dropRights()
      return async () => {
        await regain()
        chmodSync(uploads, 0o777)
      }
    },
  },
  'the disk is full': {
    missing: freezeProblem,
    bring: ({ backend: { disk } }) => disk.fill(),
  },
  'the disk takes no more files': {
    missing: freezeProblem,
    bring: ({ backend: { disk } }) => disk.crowd(),
  },
  'the disk is read-only': {
    missing: freezeProblem,
    bring: ({ backend: { disk } }) => disk.protect(),
  },
  'the disk hangs': {
    missing: freezeProblem,
    bring: ({ backend: { disk } }) => disk.freeze(),
  },
}

const driver: Driver<Backend> = {
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

export const directoryKind: Kind<Backend> = {
  name: 'Folders',
  start,
  secrets: () => [],
  check: storage,
  faults,
  drivers: [driver],
}
