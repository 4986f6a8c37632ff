import type { Logger } from '@watchman/core'

/** A logger that keeps its lines. */
export function recorder() {
  const lines: { level: string; details: object; message: string }[] = []
  const logger: Logger = {
    info: (details, message) => void lines.push({ level: 'info', details, message }),
    warn: (details, message) => void lines.push({ level: 'warn', details, message }),
    error: (details, message) => void lines.push({ level: 'error', details, message }),
  }
  return { lines, logger }
}
