import type { File } from './render.ts'

/** Code or text that makes the package run, and that its author must replace. */
export interface Placeholder {
  /** The path of its file in the package. */
  readonly path: string
  /** Its line, from 1. */
  readonly line: number
  /** What to do there. */
  readonly text: string
}

/** Marks a placeholder in a comment of TypeScript or Markdown. */
const MARK = /TODO: (.*?)(?: -->)?$/

/** JSON has no comments that could contain the mark. */
const DESCRIPTION = /^ {2}"description": /

/** Returns every placeholder in the files of a package, in the order of the files. */
export function findPlaceholders(files: readonly File[]): readonly Placeholder[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const [, todo] = MARK.exec(line) ?? []
      const isDescription = path === 'package.json' && DESCRIPTION.test(line)
      const task = isDescription ? 'write the description of your package' : todo
      return task === undefined ? [] : [{ path, line: index + 1, text: task }]
    }),
  )
}
