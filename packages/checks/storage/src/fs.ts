import { readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Probe, WatchmanError } from '@watchman/core'
import { assertClient, assertOption, memberOf, typeTag } from '@watchman/core/driver'
import { createRoundTrips } from './round-trip.ts'

/**
 * Writes a test file to `directory`, flushes it to the disk, reads it back and removes it. The directory is never created.
 * A relative path is resolved against the working directory at this call.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a path or a `file:` URL.
 * @example
 * storage(fsProbe('./uploads'))
 */
export function fsProbe(directory: string | URL): Probe {
  const folder = toPath(directory)
  const explain = errorExplainer(folder)

  return createRoundTrips((name) => {
    const path = join(folder, name)
    return {
      // Some file systems report failures only when the content is flushed to the disk.
      write: (content) => writeFile(path, content, { flag: 'wx', flush: true }).catch(explain),
      size: () => stat(path).then(({ size }) => size, explain),
      read: () => readFile(path, 'utf8').catch(explain),
      remove: () => unlink(path).catch(explain),
      discard: () => unlink(path).catch(ignoreMissing).catch(explain),
    }
  })
}

const EXPECTED = 'the path or the file: URL of a directory'

function toPath(directory: string | URL): string {
  const isPath = typeof directory === 'string' && directory !== ''
  assertClient('fsProbe', directory, EXPECTED, isPath || isFileUrl(directory))
  const path = isPath ? directory : urlToPath(directory)
  assertOption(
    !path.startsWith('file:'), // it would be taken for a relative path
    `fsProbe(…) expects ${EXPECTED}, not a URL as a string: pass new URL('file:///…')`,
  )
  assertOption(!path.includes('\0'), `fsProbe(…) expects ${EXPECTED}, not a path with a null byte`)
  return resolve(path)
}

function urlToPath(url: string | URL): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    const message = `fsProbe(…) expects ${EXPECTED}: ${memberOf(cause, 'message')}` // such as a URL with a host
    throw new WatchmanError('INVALID_OPTION', message, { cause })
  }
}

function isFileUrl(value: unknown): boolean {
  return typeTag(value) === 'URL' && memberOf(value, 'protocol') === 'file:'
}

function ignoreMissing(error: unknown): void {
  if (memberOf(error, 'code') !== 'ENOENT') throw error
}

/** Makes the function that rethrows an error of the file system, prefixed with what it means for `folder`. */
function errorExplainer(folder: string): (error: unknown) => never {
  return (error) => {
    const meaning = MEANINGS.get(memberOf(error, 'code'))
    throw meaning ? new Error(`${folder} ${meaning}`, { cause: error }) : error
  }
}

/** By the code of the error. */
const MEANINGS: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'does not permit this process to write and read'],
  ['EDQUOT', 'is full: the quota is used up'],
  ['ENOENT', 'does not exist'],
  ['ENOSPC', 'is full: its disk has no space, or no room for another file'],
  ['ENOTDIR', 'is not a directory'],
  ['EPERM', 'does not permit this process to write and read'],
  ['EROFS', 'is read-only'],
])
