import { mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  aName,
  aString,
  isName,
  memberOf,
  oneOf,
  type Rule,
  typeTag,
  validate,
  validateValue,
} from '@watchman/core/driver'
import { type Answers, assertAnswers } from './answers.ts'
import { exitCode, failure } from './failure.ts'
import { kinds } from './kinds.ts'
import { render } from './render.ts'

const aSignal: Rule = {
  expected: 'an AbortSignal',
  matches: (value) => typeTag(value) === 'AbortSignal',
}

/** Where a package is written. */
export interface Destination {
  /** The folder, which does not exist or is empty. */
  readonly folder: string
  /** Stops the writing when it aborts; what was written is removed. */
  readonly signal?: AbortSignal | undefined
}

const aKind = oneOf(...Object.keys(kinds))

const aClient: Rule = {
  expected: "an object such as { name: 'nats', range: '^2.29.0' }",
  matches: (value) => isName(memberOf(value, 'name')) && isName(memberOf(value, 'range')),
}

/**
 * Writes a package. When that fails or is aborted, what was written is removed; a folder that existed before stays, empty.
 *
 * @throws WatchmanError `INVALID_OPTION` for an option that is unknown or cannot work; Failure for an invalid name, a client
 * that the kind cannot have, and a folder that is not empty.
 */
export async function createPackage(answers: Answers, destination: Destination): Promise<void> {
  validate('createPackage', answers, { name: aString, kind: aKind, client: aClient })
  validateValue('createPackage', 'name', answers.name, aString)
  validateValue('createPackage', 'kind', answers.kind, aKind)
  validate('createPackage', destination, { folder: aName, signal: aSignal })
  validateValue('createPackage', 'folder', destination.folder, aName)
  assertAnswers(answers)
  await assertEmpty(destination.folder)
  await writeAll(answers, destination)
}

async function writeAll(answers: Answers, destination: Destination): Promise<void> {
  const { signal } = destination
  const folder = resolve(destination.folder)
  const files = render(answers)
  const undo: (() => Promise<void>)[] = []
  try {
    for (const { path, text } of files) {
      signal?.throwIfAborted()
      const target = join(folder, path)
      await makeFolder(dirname(target), undo)
      const handle = await open(target, 'wx')
      undo.push(() => unlink(target))
      try {
        await handle.writeFile(text, { signal })
      } finally {
        await handle.close()
      }
    }
    signal?.throwIfAborted()
  } catch (error) {
    // A file that something else has written meanwhile stays, and so does its folder.
    for (const step of undo.reverse()) await step().catch(() => {})
    throw error
  }
}

/** @throws Failure for a folder that is not empty, or a file in its place. */
export async function assertEmpty(folder: string): Promise<void> {
  try {
    const entries = await readdir(folder)
    if (entries.length === 0) return
  } catch (error) {
    const code = memberOf(error, 'code')
    if (code === 'ENOENT') return
    if (code !== 'ENOTDIR') throw error
    throw failure(exitCode.failing, `${folder} is not a folder: nothing was written`)
  }
  throw failure(exitCode.failing, `the folder ${folder} is not empty: nothing was written`)
}

/** Makes a folder, whose path is absolute, and its missing parents. */
async function makeFolder(folder: string, undo: (() => Promise<void>)[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  const made: string[] = []
  for (let path = folder; path.length >= first.length; path = dirname(path)) made.unshift(path)
  undo.push(...made.map((path) => () => rmdir(path)))
}
