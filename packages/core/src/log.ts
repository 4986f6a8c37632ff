import type { Result, WatchmanOptions } from './contract.ts'
import { explain } from './explain.ts'

/** Where changes of state are written: `console`, a pino logger, or anything with these two. */
export interface Logger {
  /** Hears that something works again. */
  info(details: object, message: string): void
  /** Hears that something fails, and why. */
  error(details: object, message: string): void
}

/** Is told of every result of a subject; logs those that differ from the one before. */
export type ChangeLog = (subject: string, result: Result) => void

/** Makes the log of changes. What works from the start is not worth a line. */
export function changeLog({ logger }: WatchmanOptions, redact: (text: string) => string): ChangeLog {
  const failing = new Set<string>()
  return (subject, result) => {
    if (result.ok !== failing.has(subject)) return
    failing[result.ok ? 'delete' : 'add'](subject)
    try {
      if (result.ok) logger?.info({ subject }, `[watchman] ${subject} works again`)
      else {
        const { error } = result
        logger?.error(
          { subject, stack: redact(`${error.stack}`) },
          redact(`[watchman] ${subject} failed: ${explain(error)}`),
        )
      }
    } catch {
      // A logger that throws must not become an answer, and there is nobody left to tell.
    }
  }
}
