import { isFunction, isObject, memberOf } from '../options/guards.ts'
import type { Probe } from '../types/check.ts'
import type { State } from '../types/report.ts'
import type { LogFields, Logger, WatchmanOptions } from '../types/watchman.ts'
import { callSafely } from './call-safely.ts'
import { cutText } from './cut-text.ts'
import { safeErrorMessage, stackOf } from './error-message.ts'
import { escapeControls } from './escape-controls.ts'

/** Logs changes of state. What the logger throws is ignored. */
export interface Log {
  /**
   * Records the state of a subject; logs it if it differs from the state before. The first ok is not logged. `duration` is that of
   * the run, in milliseconds.
   */
  state(subject: string, state: State, error?: unknown, duration?: number): void
  /** Logs a setup warning once. It is looked for again until there is one. */
  warnOnce(subject: string, setupWarning: Probe['setupWarning']): void
  /** Logs a mistake in the options. */
  mistake(sentence: string): void
  /** Logs names in requests that select nothing, at most once a minute. */
  unknownNames(names: readonly string[]): void
}

/** The text behind this is dropped: a message may have megabytes. Characters. */
const MAX_LENGTH = 64_000

/** Milliseconds between two lines about unknown names. */
const UNKNOWN_NAMES_INTERVAL = 60_000

export function createLog(
  { logger }: Pick<WatchmanOptions, 'logger'>,
  redact: (text: string) => string,
): Log {
  const states = new Map<string, State>()
  const warned = new Set<unknown>()
  let unknownCount = 0
  let unknownLoggedAt = Number.NEGATIVE_INFINITY

  /** Removes secrets and controls, so that nothing can forge a line, colour a terminal or reorder what it shows. */
  const clean = (text: string) => escapeControls(redact(cutText(text, MAX_LENGTH)))

  const cleanLines = (text: string) =>
    redact(cutText(text, MAX_LENGTH)).split('\n').map(escapeControls).join('\n')

  /** Logs a sentence of which every part is clean. */
  function write(level: Level, sentence: string, fields: LogFields): void {
    callSafely(() => writeTo(logger, level, `[watchman] ${sentence}`, fields)) // its errors are ignored
  }

  return {
    state(subject, state, error, duration) {
      if ((states.get(subject) ?? 'ok') === state) return
      states.set(subject, state)
      const name = clean(subject)
      const run = { subject: name, state, ...(duration !== undefined && { duration: Math.round(duration) }) }
      if (state === 'ok') return write('info', `${name} works again`, run)
      const message = clean(safeErrorMessage(error))
      const stack = stackOf(error)
      const fields = { ...run, error: message, ...(stack !== undefined && { stack: cleanLines(stack) }) }
      if (state === 'degraded') write('warn', `${name} is degraded: ${message}`, fields)
      else write('error', `${name} failed: ${message}`, fields)
    },
    warnOnce(subject, setupWarning) {
      if (!setupWarning || warned.has(setupWarning)) return
      callSafely(() => {
        const warning = setupWarning()
        if (!warning) return
        warned.add(setupWarning)
        const name = clean(subject)
        write('warn', `${name}: ${clean(warning)}`, { subject: name })
      })
    },
    mistake: (sentence) => write('error', clean(sentence), {}),
    unknownNames(names) {
      unknownCount += names.length
      const now = performance.now()
      if (now - unknownLoggedAt < UNKNOWN_NAMES_INTERVAL) return
      unknownLoggedAt = now
      const shown = names.slice(0, 10).map((name) => `"${clean(name.slice(0, 100))}"`)
      const message = `requests selected checks that do not exist: ${shown.join(', ')} (unknown names since the last line: ${unknownCount})`
      write('warn', message, {})
      unknownCount = 0
    },
  }
}

type Level = 'info' | 'warn' | 'error'

/** Calls the method as a member of the logger, since many read `this`. Only `info` may be missing. */
function writeTo(logger: Logger | undefined, level: Level, message: string, fields: LogFields): unknown {
  const method = logger?.[level] ?? logger?.log
  return method && Reflect.apply(method, logger, isPino(logger) ? [fields, message] : [message, fields])
}

/** Whether it takes the fields before the message, and would ignore them behind it. */
function isPino(logger: unknown): boolean {
  return isFunction(memberOf(logger, 'bindings')) && isObject(memberOf(logger, 'levels'))
}
