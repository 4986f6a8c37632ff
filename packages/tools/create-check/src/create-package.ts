import { mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Answers, ensureAnswers } from './answers.ts'
import { exitCode, failure } from './failure.ts'
import { render } from './render.ts'

/** Where a package is written. */
export interface Target {
  /** The folder, which does not exist or is empty. */
  readonly folder: string
  /** Ends the writing when it aborts; what was written is removed. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a package. Where that fails or is given up, what was written is removed: a folder that was there stays, empty.
 *
 * @throws Failure for answers of which nothing can be made, and for a folder that is not empty.
 */
export async function createPackage(answers: Answers, { folder: given, signal }: Target): Promise<void> {
  ensureAnswers(answers)
  await ensureEmpty(given)
  const folder = resolve(given)
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
    // What somebody else has put there meanwhile stays, and so does its folder.
    for (const step of undo.reverse()) await step().catch(() => {})
    throw error
  }
}

/** @throws Failure where something is in the way. */
export async function ensureEmpty(folder: string): Promise<void> {
  try {
    const entries = await readdir(folder)
    if (entries.length === 0) return
    throw failure(exitCode.failing, `the folder ${folder} is not empty: nothing was written`)
  } catch (error) {
    const { code } = Object(error)
    if (code === 'ENOENT') return
    if (code === 'ENOTDIR') throw failure(exitCode.failing, `${folder} is no folder: nothing was written`)
    throw error
  }
}

/** Makes a folder, whose path is absolute, and those above that are missing. */
async function makeFolder(folder: string, undo: (() => Promise<void>)[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  const made: string[] = []
  for (let path = folder; path.length >= first.length; path = dirname(path)) made.unshift(path)
  undo.push(...made.map((path) => () => rmdir(path)))
}
