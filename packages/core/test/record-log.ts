import type { Logger } from '@watchman/core'

/** A line that was logged. */
interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly details: object
}

/** Makes a logger that keeps its lines. */
export function recordLog() {
  const lines: LogLine[] = []
  const logger: Logger = {
    info: (message, details) => void lines.push({ level: 'info', message, details }),
    warn: (message, details) => void lines.push({ level: 'warn', message, details }),
    error: (message, details) => void lines.push({ level: 'error', message, details }),
  }
  return { lines, logger, messages: () => lines.map(({ message }) => message) }
}
