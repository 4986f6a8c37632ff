import { readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Probe } from '@watchman/core'
import { invalid } from './invalid.ts'
import { roundTrip } from './round-trip.ts'

/**
 * Writes a test file to `directory` and down to the disk, reads it back and removes it. The directory is never created.
 * A relative path counts from the working directory at this call.
 *
 * @throws WatchmanError `INVALID_OPTION` for something else than a path or a `file:` URL.
 * @example
 * storage(fs('./uploads'))
 */
export function fs(directory: string | URL): Probe {
  const folder = toPath(directory)
  const explain = explainer(folder)

  return (signal) =>
    roundTrip((name) => {
      const path = join(folder, name)
      return {
        // A file system tells of some failures only when it has to bring the content to the disk.
        write: (content) => writeFile(path, content, { flag: 'wx', flush: true }).catch(explain),
        size: () => stat(path).then(({ size }) => size, explain),
        read: () => readFile(path, 'utf8').catch(explain),
        remove: () => unlink(path).catch(explain),
        discard: () => unlink(path),
      }
    }, signal)
}

function toPath(directory: unknown): string {
  if (typeof directory === 'string' && directory) return resolve(directory)
  if (directory instanceof URL && directory.protocol === 'file:') return fileURLToPath(directory)
  return invalid(`fs(…) wants the path or the file: URL of a directory, not ${directory || typeof directory}`)
}

/** Makes the function that throws an error of the file system again, with what it means for `folder`. */
function explainer(folder: string): (error: unknown) => never {
  return (error) => {
    const { code }: { code?: string } = Object(error)
    const meaning = code && meanings.get(code)
    throw meaning ? new Error(`${folder} ${meaning}`, { cause: error }) : error
  }
}

const meanings: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'does not permit this process to write and read'],
  ['EDQUOT', 'is full: the quota is used up'],
  ['ENOENT', 'does not exist'],
  ['ENOSPC', 'is full: its disk has no space, or no room for another file'],
  ['ENOTDIR', 'is not a directory'],
  ['EPERM', 'does not permit this process to write and read'],
  ['EROFS', 'is read-only'],
])
