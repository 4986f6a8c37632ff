import type { Logger } from '@watchman/core'

/** A line that was logged. */
interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly details: object
  readonly message: string
}

/** Makes a logger that keeps its lines. */
export function recordLog() {
  const lines: LogLine[] = []
  const logger: Logger = {
    info: (details, message) => void lines.push({ level: 'info', details, message }),
    warn: (details, message) => void lines.push({ level: 'warn', details, message }),
    error: (details, message) => void lines.push({ level: 'error', details, message }),
  }
  return { lines, logger, messages: () => lines.map(({ message }) => message) }
}
