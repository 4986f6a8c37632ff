import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A program and its arguments. */
export interface Command {
  readonly file: string
  readonly arguments: readonly string[]
}

/** Runs a TypeScript file of this folder in a process of its own. Node 20 needs a loader for that. */
export function nodeScript(name: string, ...parameters: readonly string[]): Command {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  return {
    file: process.execPath,
    arguments: ['--import', loader, join(import.meta.dirname, name), ...parameters],
  }
}
