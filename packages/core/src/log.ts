import type { Probe, State, WatchmanOptions } from './contract.ts'
import { explain } from './explain.ts'

/** Where changes of state are written: `console`, a pino logger, or anything with these three. */
export interface Logger {
  /** Hears that something works again. */
  info(details: object, message: string): void
  /** Hears that something is degraded, or what is to be mended in how a client is set up. */
  warn(details: object, message: string): void
  /** Hears that something fails, and why. */
  error(details: object, message: string): void
}

/** Tells the logger what is new. A logger that throws changes nothing. */
export interface Log {
  /** Takes the state of a subject; says so where it differs from the one before. */
  state(subject: string, state: State, error: unknown): void
  /** Asks for advice on a subject until it is given, and says it once. */
  advise(subject: string, advice: Probe['advice']): void
}

/** Makes the log of changes. What works from the start is not worth a line. */
export function createLog({ logger }: WatchmanOptions, redact: (text: string) => string): Log {
  const states = new Map<unknown, State>() // of subjects, and of advice that was given

  function write(level: keyof Logger, details: object, message: string): void {
    logger?.[level](details, redact(`[watchman] ${message}`))
  }

  return {
    state(subject, state, error) {
      if ((states.get(subject) ?? 'ok') === state) return
      states.set(subject, state)
      attempt(() => {
        if (state === 'ok') return write('info', { subject }, `${subject} works again`)
        const [level, verb] =
          state === 'failing' ? (['error', 'failed'] as const) : (['warn', 'is degraded'] as const)
        write(
          level,
          { subject, stack: redact(`${Object(error).stack}`) },
          `${subject} ${verb}: ${explain(error)}`,
        )
      })
    },
    advise(subject, advice) {
      if (!advice || states.has(advice)) return
      attempt(() => {
        const text = advice()
        if (!text) return
        states.set(advice, 'ok')
        write('warn', { subject }, `${subject}: ${text}`)
      })
    },
  }
}

/** A logger that throws must not become an answer, and there is nobody left to tell. */
function attempt(write: () => void): void {
  try {
    write()
  } catch {}
}
