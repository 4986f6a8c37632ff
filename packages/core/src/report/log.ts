import type { Probe } from '../types/check.ts'
import type { State } from '../types/report.ts'
import type { Logger, WatchmanOptions } from '../types/watchman.ts'
import { callSafely } from './call-safely.ts'
import { safeErrorMessage, stackOf } from './error-message.ts'

/** Logs changes of state. What the logger throws is ignored. */
export interface Log {
  /** Records the state of a subject; logs it if it differs from the state before. The first ok is not logged. */
  state(subject: string, state: State, error?: unknown): void
  /** Logs a setup warning once. It is looked for again until there is one. */
  warnOnce(subject: string, setupWarning: Probe['setupWarning']): void
  /** Logs names in requests that select nothing, at most once a minute. */
  unknownNames(names: readonly string[]): void
}

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

  function write(level: keyof Logger, details: object, message: string): void {
    callSafely(() => logger?.[level](details, redact(`[watchman] ${message}`))) // errors of the logger are ignored
  }

  return {
    state(subject, state, error) {
      if ((states.get(subject) ?? 'ok') === state) return
      states.set(subject, state)
      if (state === 'ok') return write('info', { subject }, `${subject} works again`)
      const details = { subject, stack: redact(stackOf(error) ?? '') }
      const [level, verb] =
        state === 'degraded' ? (['warn', 'is degraded'] as const) : (['error', 'failed'] as const)
      write(level, details, `${subject} ${verb}: ${safeErrorMessage(error)}`)
    },
    warnOnce(subject, setupWarning) {
      if (!setupWarning || warned.has(setupWarning)) return
      callSafely(() => {
        const warning = setupWarning()
        if (!warning) return
        warned.add(setupWarning)
        write('warn', { subject }, `${subject}: ${warning}`)
      })
    },
    unknownNames(names) {
      unknownCount += names.length
      const now = performance.now()
      if (now - unknownLoggedAt < UNKNOWN_NAMES_INTERVAL) return
      unknownLoggedAt = now
      const shown = names.slice(0, 10).map((name) => redact(JSON.stringify(name.slice(0, 100))))
      const message = `requests selected checks that do not exist: ${shown.join(', ')} (unknown names since the last line: ${unknownCount})`
      write('warn', { names: shown }, message)
      unknownCount = 0
    },
  }
}
