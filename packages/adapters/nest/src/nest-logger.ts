import { Logger } from '@nestjs/common'
import type { LogFields } from '@watchman/core'

/** The part of Nest's logger that is used. */
export interface NestLogger {
  log(sentence: string): void
  warn(sentence: string): void
  error(sentence: string, fields: Pick<LogFields, 'stack'>): void
}

/** The logger of a watchman without one: Nest's own, whose lines have a sentence and, for failures, a stack. */
export function createNestLogger(): NestLogger {
  const logger = new Logger('Watchman')
  return {
    log: (sentence) => logger.log(sentence),
    warn: (sentence) => logger.warn(sentence),
    error: (sentence, { stack }) => logger.error(sentence, ...(stack === undefined ? [] : [stack])),
  }
}
