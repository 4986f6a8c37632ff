import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Block, blocksOf } from './blocks.ts'

const FOLDER = join(import.meta.dirname, '..')

/** A page of the site, as it is written. */
export interface Page {
  /** Its path below the folder of the docs: `checks/s3.md`. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
}

/** Every page, sorted by its path. */
export function allPages(): readonly Page[] {
  return pathsIn('')
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(FOLDER, path), 'utf8')
      return { path, text, blocks: blocksOf(text) }
    })
}

/** @throws Error where there is no such page. */
export function pageAt(path: string): Page {
  const found = allPages().find((page) => page.path === path)
  if (!found) throw new Error(`no page ${path}`)
  return found
}

/** The pages in a folder, and in those below it. */
function pathsIn(folder: string): readonly string[] {
  return readdirSync(join(FOLDER, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return /^(node_modules|dist|\.)/.test(entry.name) ? [] : pathsIn(path)
    return path.endsWith('.md') ? [path] : []
  })
}
