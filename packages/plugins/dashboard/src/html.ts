import { escapeUTF8 } from 'entities/escape'

/** A symbol, which JSON cannot contain: nothing that a check returns can pass for markup. */
const MARKUP = Symbol('markup')

/** Markup that is safe to send. */
export interface Html {
  readonly [MARKUP]: string
}

/** What a template may contain. Text is escaped; `undefined` is left out. */
export type Part = Html | string | number | undefined | readonly Part[]

/**
 * Builds markup. Values in `${}` are escaped unless they are markup themselves; in attributes they need quotes. Line breaks
 * of the template, and the space after them, are removed.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(strings.map((string, index) => string.replace(/\n\s*/g, '') + write(parts[index])).join(''))
}

/** Uses `text` as markup without escaping it. Never pass what a check returned. */
export function trusted(text: string): Html {
  return { [MARKUP]: text }
}

/** Returns the text of a part, escaped unless it is markup. */
export function write(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeUTF8(`${part}`)
  return MARKUP in part ? part[MARKUP] : part.map(write).join('')
}
