import { escapeUTF8 } from 'entities/escape'

/** A symbol, since no JSON of a check can hold one and so pass for markup. */
const MARKUP = Symbol('markup')

/** Markup that is safe to send. */
export interface Html {
  readonly [MARKUP]: string
}

/** What a template may hold: text is escaped, nothing stands for `undefined`. */
export type Part = Html | string | number | undefined | readonly Part[]

/**
 * Writes markup; what stands in `${}` is escaped unless it is markup itself. Attributes need quotes. Line breaks of the
 * template are left out, with the space that follows them.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trusted(strings.map((string, index) => string.replace(/\n\s*/g, '') + write(parts[index])).join(''))
}

/** Takes `text` for markup as it is. Never for what a check returned. */
export function trusted(text: string): Html {
  return { [MARKUP]: text }
}

/** The text of a part, escaped unless it is markup. */
export function write(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeUTF8(`${part}`)
  return MARKUP in part ? part[MARKUP] : part.map(write).join('')
}
