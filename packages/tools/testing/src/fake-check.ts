import { type Check, type CheckPolicy, defineCheck } from '@watchman/core'

/** A check that a test turns up and down. Its functions need no `this`. */
export interface FakeCheck {
  /** The check, for `createWatchman`. */
  readonly check: Check
  /** Lets it be well, as it is at first. */
  readonly up: () => void
  /** Lets it degrade the report. @default 'degraded by the test' */
  readonly degrade: (error?: string) => void
  /** Lets it fail. @default 'down by the test' */
  readonly down: (error?: string) => void
  /** Lets it stay silent until it is turned otherwise, or told to give up. */
  readonly hang: () => void
  /** How often it was run. */
  readonly runs: () => number
}

/**
 * Makes a check for the tests of an application: what it does when a service is down, slow to answer, or back. Each request
 * runs it, unless the policy has a `ttl`.
 *
 * @throws WatchmanError what `defineCheck` throws.
 * @example
 * const payments = fakeCheck('payments')
 * const watchman = createWatchman({ checks: [payments.check] })
 * payments.down('connect ECONNREFUSED 10.0.0.1:443')
 */
export function fakeCheck(name: string, policy: CheckPolicy = {}): FakeCheck {
  const answer = () => ({ [name]: { ok: true } })
  const waiting = new Set<() => void>()
  const now: { act: () => object | undefined; runs: number } = { act: answer, runs: 0 }

  const turn = (act: () => object | undefined) => () => {
    now.act = act
    for (const look of [...waiting]) look()
  }
  const failing = (error: Error) => () => {
    throw error
  }

  const run = (signal: AbortSignal) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const settle = (act: () => void) => {
        waiting.delete(look)
        signal.removeEventListener('abort', abort)
        act()
      }
      const abort = () => settle(() => reject(signal.reason))
      const look = () => {
        try {
          const dict = now.act()
          if (dict) settle(() => resolve({ ...dict }))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      waiting.add(look)
      signal.addEventListener('abort', abort)
      look()
    })

  return {
    check: defineCheck(
      name,
      (_, { signal }) => {
        now.runs += 1
        return run(signal)
      },
      policy,
    ),
    up: turn(answer),
    degrade: (error = 'degraded by the test') =>
      turn(failing(Object.assign(new Error(error), { critical: false })))(),
    down: (error = 'down by the test') => turn(failing(new Error(error)))(),
    hang: turn(() => undefined),
    runs: () => now.runs,
  }
}
