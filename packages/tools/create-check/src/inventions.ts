import type { File } from './render.ts'

/** Something that was made up so that the package runs, and that its author has to write. */
export interface Invention {
  /** The path of its file in the package. */
  readonly path: string
  /** Its line, from 1. */
  readonly line: number
  /** What is to be done there. */
  readonly text: string
}

/** What marks it; the mark may stand in a comment of TypeScript or of Markdown. */
const MARK = /TODO: (.*?)(?: -->)?$/

/** JSON holds no mark. */
const DESCRIPTION = /^ {2}"description": /

/** Every invention in the files of a package, in the order of the files. */
export function inventionsIn(files: readonly File[]): readonly Invention[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const [, todo] = MARK.exec(line) ?? []
      const isDescription = path === 'package.json' && DESCRIPTION.test(line)
      const what = isDescription ? 'say in "description" what yours is: JSON can hold no mark' : todo
      return what === undefined ? [] : [{ path, line: index + 1, text: what }]
    }),
  )
}
