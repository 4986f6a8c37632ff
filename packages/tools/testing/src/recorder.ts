import { inspect } from 'node:util'
import type { Logger } from '@watchman/core'

/** A logger that keeps what it hears, with all that the details hold. */
export function recorder(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = []
  const hear = (details: object, message: string) => {
    lines.push(`${message} ${inspect(details, { depth: 8 })}`)
  }
  return { lines, logger: { info: hear, warn: hear, error: hear } }
}
