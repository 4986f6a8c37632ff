import { type Check, type CheckOptions, type Dict, defineCheck } from '@watchman/core'
import { degraded } from '@watchman/core/driver'

/** A check that a test controls. Its functions need no `this`. */
export interface FakeCheck {
  /** The check, for `createWatchman`. */
  readonly check: Check
  /** Makes it succeed, as it does at first. */
  readonly up: () => void
  /** Makes it degrade the report. @default 'degraded by the test' */
  readonly degrade: (error?: string) => void
  /** Makes it fail. @default 'down by the test' */
  readonly down: (error?: string) => void
  /** Makes it hang until another function is called or its signal aborts. */
  readonly hang: () => void
  /** How often it was run. */
  readonly runs: () => number
}

/** Returns or throws the outcome of a run; undefined while the run hangs. */
type Outcome = () => Dict | undefined

/**
 * Makes a check for the tests of an application: what does it do while a service is down, slow or back again? The check runs
 * for each request, unless the options have a `ttl`.
 *
 * @throws WatchmanError what `defineCheck` throws.
 * @example
 * const payments = fakeCheck('payments')
 * const watchman = createWatchman({ checks: [payments.check] })
 * payments.down('connect ECONNREFUSED 10.0.0.1:443')
 */
export function fakeCheck(name: string, options: CheckOptions = {}): FakeCheck {
  const succeed: Outcome = () => ({ [name]: { ok: true } })
  const hanging = new Set<() => void>()
  let outcome = succeed
  let runs = 0

  function setOutcome(next: Outcome): void {
    outcome = next
    for (const tryToSettle of [...hanging]) tryToSettle()
  }

  function run(signal: AbortSignal): Promise<Dict> {
    runs += 1
    return new Promise((resolve, reject) => {
      const end = () => {
        hanging.delete(tryToSettle)
        signal.removeEventListener('abort', abort)
      }
      const abort = () => {
        end()
        reject(signal.reason)
      }
      const tryToSettle = () => {
        try {
          const dict = outcome()
          if (dict === undefined) return
          end()
          resolve(dict)
        } catch (error) {
          end()
          reject(error)
        }
      }
      hanging.add(tryToSettle)
      signal.addEventListener('abort', abort)
      tryToSettle()
    })
  }

  function throwing(error: Error): Outcome {
    return () => {
      throw error
    }
  }

  return {
    check: defineCheck(name, (_, { signal }) => run(signal), options),
    up: () => setOutcome(succeed),
    degrade: (error = 'degraded by the test') => setOutcome(throwing(degraded(error))),
    down: (error = 'down by the test') => setOutcome(throwing(new Error(error))),
    hang: () => setOutcome(() => undefined),
    runs: () => runs,
  }
}
