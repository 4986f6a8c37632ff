import { inspect } from 'node:util'
import type { Logger } from '@watchman/core'

/** Makes a logger that keeps its lines, with all details. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = []
  const record = (message: string, details: object) => {
    lines.push(`${message} ${inspect(details, { depth: 8 })}`)
  }
  return { lines, logger: { info: record, warn: record, error: record } }
}
