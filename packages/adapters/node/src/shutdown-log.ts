import type { Logger } from '@watchman/core'

/** Writes the lines of a shutdown. What the logger throws is ignored. */
export interface ShutdownLog {
  info(sentence: string): void
  warn(sentence: string): void
  error(sentence: string): void
}

/** Makes the log of a shutdown, which drops its lines without a logger. */
export function createShutdownLog(logger: Logger | undefined): ShutdownLog {
  function write(level: keyof ShutdownLog, sentence: string): void {
    const line = `[watchman] ${sentence}`
    const fields = { subject: 'shutdown' }
    try {
      if (logger?.[level]) logger[level]?.(line, fields)
      else logger?.log?.(line, fields)
    } catch {
      // A shutdown continues without its log.
    }
  }
  return {
    info: (sentence) => write('info', sentence),
    warn: (sentence) => write('warn', sentence),
    error: (sentence) => write('error', sentence),
  }
}
