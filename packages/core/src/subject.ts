import { chain } from './chain.ts'
import type { Settled } from './combiner.ts'
import type { Check, Outcome, RawRequest, Target, WatchmanOptions } from './contract.ts'
import { guard } from './guard.ts'
import type { Log } from './log.ts'
import type { Presented } from './presenter.ts'
import { searchOf } from './query.ts'

/** A request, and what is known of it. */
export interface Call {
  readonly request: Request
  readonly raw?: RawRequest | undefined
  /** The query of its URL. */
  readonly search: string
  /** What functions have answered to this very request. */
  readonly answers?: Map<Subject, Settled> | undefined
}

/** A target, as the runner asks it and the log calls it. */
export interface Subject {
  /** Asks the target, decides how it is, and logs that where it changed. Never rejects. */
  ask(call: Call): Settled | Promise<Settled>
  /** What the target came to the last time, without asking it. */
  known(call: Call): Settled
  /** Asks the target anew, for the next who ask. Never rejects. */
  refresh(call: Call): Promise<unknown>
  /** Ends what runs with `reason`. */
  abort(reason: Error): void
}

/** Makes the function that makes the subject of a target of a check. `show` presents a failure. */
export function subjects(
  deadline: WatchmanOptions['deadline'],
  log: Log,
  show: (key: string, error: Error) => Presented,
) {
  return <Value>(
    check: Check,
    target: Target<Value, Call>,
    present: (value: Value) => Presented,
  ): Subject => {
    const { critical, failAfter = 1 } = check
    const { name } = target
    const key = name || check.name
    const title = name ? `${check.name}.${name}` : check.name
    const pending: Settled = {
      dict: {},
      expires: 0,
      target: { name, state: 'pending', startedAt: 0, duration: 0 },
    }
    let latest: Outcome<Value> | undefined
    let settled = pending // what the latest came to
    let inARow = 0 // failures

    /** Asks the target, within the deadline of the whole report if there is one. */
    function ask(call: Call): Outcome<Value> | Promise<Outcome<Value>> {
      if (!deadline) return target.ask(call)
      const outcome = guard(name, () => target.ask(call), { timeout: deadline }).ask(undefined)
      return chain(outcome, (outcome) => (outcome.ok ? outcome.value : outcome))
    }

    function settle(outcome: Outcome<Value>): Settled {
      if (latest === outcome) return settled
      const { startedAt, duration, expires } = outcome
      const { state, dict } = outcome.ok ? present(outcome.value) : show(key, outcome.error)
      inARow = state === 'ok' ? 0 : inARow + 1
      const isTolerated = critical === false || inARow < failAfter
      const judged = state === 'failing' && isTolerated ? 'degraded' : state
      log.state(title, judged, outcome.ok ? state !== 'ok' && new Error(JSON.stringify(dict)) : outcome.error)
      latest = outcome
      settled = { dict, expires, target: { name, state: judged, startedAt, duration } }
      return settled
    }

    const subject: Subject = {
      ask(call) {
        log.advise(title, target.advice)
        return chain(ask(call), (outcome) => {
          const settled = settle(outcome)
          call.answers?.set(subject, settled)
          return settled
        })
      },
      known: ({ answers }) => (isShared(check) ? settled : (answers?.get(subject) ?? pending)),
      refresh: target.refresh,
      abort: target.abort,
    }
    return subject
  }
}

/** The call of a request without HTTP; of any, where there is none. */
export function callOf(request = new Request('http://localhost')): Call {
  return { request, search: searchOf(request.url) }
}

/** Whether what it answers is for all who ask. A function without a ttl sees its own request. */
export function isShared({ targets, ttl, interval }: Check): boolean {
  return Boolean(targets || ttl !== undefined || interval)
}
