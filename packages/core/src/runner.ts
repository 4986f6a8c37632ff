import { asDict } from './as-dict.ts'
import type { Check, Dict, Outcome, RawRequest, Target, WatchmanOptions } from './contract.ts'
import { UNREADABLE } from './explain.ts'
import { guard } from './guard.ts'
import { later } from './later.ts'
import type { Log } from './log.ts'
import type { Presented } from './presenter.ts'
import { select } from './query.ts'
import { type CheckResult, problem, type Report, reportOf, type TargetResult, worstOf } from './report.ts'

/** Runs checks side by side and never rejects. */
export interface Runner {
  /** Runs the checks which the request's query selects. */
  run(request: Request, raw?: RawRequest): Promise<Report>
  /** Begins the checks that have an interval. */
  start(): void
  /** Stops timers and aborts what runs. From then on every report is a 503. */
  close(): void
  /** Whether it was closed. */
  closed(): boolean
}

/** A check with the guard of its function, for where it is not made of probes. */
interface Entry extends Check {
  readonly guarded: Target<Presented, Call>
}

/** A request, and what its framework calls it. */
interface Call {
  readonly request: Request
  readonly raw?: RawRequest | undefined
}

/** What a target came to, as the response holds it. */
interface Settled extends TargetResult {
  readonly dict: Dict
  readonly expires: number
}

/** A report, and the reading of `performance.now()` until which it is reused. */
interface Assembled {
  readonly report: Report
  readonly expires: number
}

/** What is answered once the watchman is closed. */
export const CLOSED = problem(503, 'Closed')

export function createRunner(
  checks: readonly Check[],
  { deadline, errorCode = 500 }: WatchmanOptions,
  present: (dict: Dict) => Presented,
  log: Log,
  observe: (report: Report) => void,
): Runner {
  const entries = checks.map((check): Entry => {
    const answer = async (signal: AbortSignal, { request, raw }: Call) =>
      present(asDict(await check.run(request, { signal, raw })))
    return { ...check, guarded: guard('', answer, check) }
  })
  // A function without a ttl sees its own request: what it answers is nobody else's.
  const isShared = checks.every(({ targets, ttl, interval }) => targets || ttl !== undefined || interval)
  const failures = new Map<string, { readonly outcome: Outcome; readonly inARow: number }>()
  const timers = new Map<Entry, () => void>()
  let running: Promise<Assembled> | undefined
  let latest: Assembled | undefined
  let closed = false

  /** Presents a failure, which may be an error that throws when it is read. */
  function show(key: string, error: Error): Presented {
    try {
      return present({ [key]: error })
    } catch {
      return present({ [key]: { ok: false, error: UNREADABLE } })
    }
  }

  /** Decides how a target is, and logs it where that changed. */
  function settle(check: Check, outcome: Outcome, { state, dict }: Presented): Settled {
    const { name, startedAt, duration } = outcome
    const subject = subjectOf(check, outcome)
    const before = failures.get(subject)
    const inARow = state === 'ok' ? 0 : (before?.inARow ?? 0) + (before?.outcome === outcome ? 0 : 1)
    failures.set(subject, { outcome, inARow })
    const isTolerated = check.critical === false || inARow < (check.failAfter ?? 1)
    const judged = state === 'failing' && isTolerated ? 'degraded' : state
    log.state(subject, judged, outcome.ok ? new Error(JSON.stringify(dict)) : outcome.error)
    return { name, state: judged, startedAt, duration, dict, expires: outcome.expires }
  }

  /** Asks the targets of a check side by side. */
  async function evaluate(check: Entry, call: Call): Promise<readonly Settled[]> {
    const { name, targets, guarded } = check
    const ask = async <Value>(
      target: Target<Value, Call>,
      presented: (value: Value) => Presented,
    ): Promise<Settled> => {
      const outcome = await capped(target, call)
      const key = target.name || name
      return settle(check, outcome, outcome.ok ? presented(outcome.value) : show(key, outcome.error))
    }
    if (!targets) return [await ask(guarded, (presented) => presented)]
    return Promise.all(
      targets.map((target) => {
        log.advise(subjectOf(check, target), target.advice)
        return ask(target, () => ({ state: 'ok', dict: { [target.name || name]: { ok: true } } }))
      }),
    )
  }

  /** Asks a target, within the deadline of the whole report if there is one. */
  async function capped<Value>(target: Target<Value, Call>, call: Call): Promise<Outcome<Value>> {
    if (!deadline) return target.ask(call)
    const outcome = await guard(target.name, () => target.ask(call), { timeout: deadline }).ask(undefined)
    return outcome.ok ? outcome.value : outcome
  }

  async function assemble(selected: readonly Entry[], call: Call): Promise<Assembled> {
    const evaluations = await Promise.all(selected.map((entry) => evaluate(entry, call)))
    if (closed) return { report: CLOSED, expires: 0 }
    const taken = new Set<string>()
    const results = evaluations.map((settled, index): CheckResult => {
      const name = selected[index]?.name ?? ''
      const dicts = settled.map(({ dict }) => dict)
      const own = settled[0]?.name ? { [name]: dicts } : { ...dicts[0] }
      const foreign = Object.keys(own).find((key) => taken.has(key))
      const error = new Error(`returned the key "${foreign}" of another check`)
      const presented = foreign === undefined ? { state: worstOf(settled), dict: own } : show(name, error)
      // Alone, a check meets no other's keys.
      if (selected === entries) log.state(`keys of ${name}`, foreign === undefined ? 'ok' : 'failing', error)
      for (const key of Object.keys(presented.dict)) taken.add(key)
      return { name, ...presented, targets: settled.map(({ dict, expires, ...target }) => target) }
    })
    const expires = Math.min(...evaluations.flat().map((target) => target.expires))
    const report = reportOf(results, errorCode)
    observe(report)
    return { report, expires }
  }

  /** Runs a check over and over, and so that no two of many processes keep step. */
  async function repeat(check: Entry, interval: number): Promise<void> {
    timers.set(
      check,
      later(() => void repeat(check, interval), interval * (0.9 + Math.random() / 5)),
    )
    const call = { request: anyRequest() }
    await Promise.all((check.targets ?? [check.guarded]).map((target) => target.refresh(call)))
    if (closed) return
    await assemble([check], call)
    latest = running = undefined // they know only the result before
  }

  function start(): void {
    for (const entry of closed ? [] : entries) {
      if (entry.interval && !timers.has(entry)) void repeat(entry, entry.interval)
    }
  }

  return {
    start,
    async run(request, raw) {
      if (closed) return CLOSED
      start()
      const selected = select(entries, request.url)
      if (!selected[0]) return problem(404, 'No checks found')
      const call = { request, raw }
      if (selected !== entries || !isShared) return (await assemble(selected, call)).report
      if (latest && performance.now() < latest.expires) return latest.report
      running ??= assemble(entries, call)
      const own = running
      const assembled = await own
      if (running === own) {
        latest = assembled
        running = undefined
      }
      return assembled.report
    },
    closed: () => closed,
    close() {
      closed = true
      for (const cancel of timers.values()) cancel()
      for (const { targets = [], guarded } of entries) {
        for (const target of [guarded, ...targets]) target.abort(new Error('closed'))
      }
    },
  }
}

/** Stands for the request where there is none. */
export function anyRequest(): Request {
  return new Request('http://localhost')
}

/** What the log calls a target. */
function subjectOf(check: Check, { name }: { readonly name: string }): string {
  return name ? `${check.name}.${name}` : check.name
}
