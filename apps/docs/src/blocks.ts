/** A block of code on a page. */
export interface Block {
  readonly language: string
  readonly code: string
  /** The line of the page on which its code begins, from 1. */
  readonly line: number
  /** What the comment `<!--given … -->` right before it declares for the compiler; readers do not see it. */
  readonly given: string
  /** The file that its first line names, `// src/probe.ts`. Blocks of a page that name files see each other. */
  readonly file: string | undefined
}

const FENCE = /(?:^<!--given\n([\s\S]*?)\n-->\n)?^( *)(`{3,})([^\n`]*)\n([\s\S]*?)^\2\3 *$/gm

/** The blocks of code of a page, in their order. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map(
    ({ 0: whole, 1: given = '', 2: indent = '', 4: language = '', 5: raw = '', index }) => {
      const code = raw.replace(new RegExp(`^${indent}`, 'gm'), '')
      const before = text.slice(0, index + whole.lastIndexOf(raw))
      const file = /^(?:\/\/|#) ([\w./[\]-]+\.\w+)\n/.exec(code)?.[1]
      return { language: language.trim(), code, line: before.split('\n').length, given, file }
    },
  )
}
