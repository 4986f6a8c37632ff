import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url))

/** The text that each generated file should have, by its absolute path. */
export type Files = ReadonlyMap<string, string>

/** Reads a file of the repository. Throws an error that names the file if it does not exist. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Returns the paths, below the root, of the files that have another text. */
export function staleFiles(files: Files): readonly string[] {
  return [...files].filter(isStale).map(([path]) => relative(ROOT, path))
}

/** Writes the files that have another text, and returns their paths below the root. */
export function writeStale(files: Files): readonly string[] {
  const stale = [...files].filter(isStale)
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  return stale.map(([path]) => relative(ROOT, path))
}

function isStale([path, text]: readonly [string, string]): boolean {
  return !existsSync(path) || readFileSync(path, 'utf8') !== text
}
