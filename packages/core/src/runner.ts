import { asDict } from './as-dict.ts'
import { combiner, type Settled } from './combiner.ts'
import type { Check, Dict, Outcome, RawRequest, Target, WatchmanOptions } from './contract.ts'
import { guard } from './guard.ts'
import { later } from './later.ts'
import type { Log } from './log.ts'
import type { Presented } from './presenter.ts'
import { select } from './query.ts'
import { problem, type Report } from './report.ts'

/** Runs checks side by side and never rejects. */
export interface Runner {
  /** Runs the checks which the request's query selects. */
  run(call: Call): Promise<Report>
  /** Tells what the latest runs of these checks came to. */
  known(call: Call): Report
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

/** A request, what its framework calls it, and what targets answered to it. */
interface Call {
  readonly request: Request
  readonly raw?: RawRequest | undefined
  readonly answers?: Map<Target<unknown, Call>, Settled> | undefined
}

/** What a target came to the last time, and how often in a row it was not well. */
interface Memory {
  readonly outcome: Outcome
  readonly inARow: number
  readonly settled: Settled
}

/** A report, and the reading of `performance.now()` until which it is reused. */
interface Assembled {
  readonly report: Report
  readonly expires: number
}

/** What is answered once the watchman is closed. */
export const CLOSED = problem(503, 'Closed')

const NONE = problem(404, 'No checks found')

/** What is known of a target before its first run. */
const PENDING: Omit<Settled, 'name'> = { state: 'pending', startedAt: 0, duration: 0, dict: {}, expires: 0 }

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
  const isReusable = checks.every(isShared)
  const { show, combine } = combiner(present, errorCode)
  const memories = new Map<Target<unknown, Call>, Memory>()
  const timers = new Map<Entry, () => void>()
  let running: Promise<Assembled> | undefined
  let latest: Assembled | undefined
  let closed = false

  /** Asks a target, decides how it is, and logs that where it changed. */
  async function ask<Value>(
    check: Check,
    target: Target<Value, Call>,
    call: Call,
    present: (value: Value) => Presented,
  ): Promise<Settled> {
    const subject = target.name ? `${check.name}.${target.name}` : check.name
    log.advise(subject, target.advice)
    const outcome = await capped(target, call)
    const { name, startedAt, duration, expires } = outcome
    const { state, dict } = outcome.ok ? present(outcome.value) : show(name || check.name, outcome.error)
    const before = memories.get(target)
    const inARow = state === 'ok' ? 0 : (before?.inARow ?? 0) + (before?.outcome === outcome ? 0 : 1)
    const isTolerated = check.critical === false || inARow < (check.failAfter ?? 1)
    const judged = state === 'failing' && isTolerated ? 'degraded' : state
    const error = outcome.ok ? state !== 'ok' && new Error(JSON.stringify(dict)) : outcome.error
    log.state(subject, judged, error)
    const settled = { name, state: judged, startedAt, duration, dict, expires }
    memories.set(target, { outcome, inARow, settled })
    call.answers?.set(target, settled)
    return settled
  }

  /** Asks the targets of a check side by side. */
  async function evaluate(check: Entry, call: Call): Promise<readonly Settled[]> {
    const { name, targets, guarded } = check
    if (!targets) return [await ask(check, guarded, call, (presented) => presented)]
    return Promise.all(
      targets.map((target) =>
        ask(check, target, call, () => ({ state: 'ok', dict: { [target.name || name]: { ok: true } } })),
      ),
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
    const { report, conflicts } = combine(selected, evaluations)
    // Alone, a check meets no other's keys.
    for (const { name } of selected === entries ? entries : []) {
      const conflict = conflicts.get(name)
      log.state(`keys of ${name}`, conflict ? 'failing' : 'ok', conflict)
    }
    observe(report)
    return { report, expires: Math.min(...evaluations.flat().map((target) => target.expires)) }
  }

  /** Runs a check over and over, and so that no two of many processes keep step. */
  async function repeat(check: Entry, interval: number): Promise<void> {
    timers.set(
      check,
      later(() => void repeat(check, interval), interval * (0.9 + Math.random() / 5)),
    )
    const call = { request: anyRequest() }
    await Promise.all(targetsOf(check).map((target) => target.refresh(call)))
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
    async run(call) {
      if (closed) return CLOSED
      start()
      const selected = select(entries, call.request.url)
      if (!selected[0]) return NONE
      if (selected !== entries || !isReusable) return (await assemble(selected, call)).report
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
    known({ request, answers }) {
      if (closed) return CLOSED
      const selected = select(entries, request.url)
      if (!selected[0]) return NONE
      const evaluations = selected.map((entry) =>
        targetsOf(entry).map((target) => {
          const { settled } = (isShared(entry) && memories.get(target)) || { settled: answers?.get(target) }
          return settled ?? { ...PENDING, name: target.name }
        }),
      )
      return combine(selected, evaluations).report
    },
    closed: () => closed,
    close() {
      closed = true
      for (const cancel of timers.values()) cancel()
      for (const target of entries.flatMap(targetsOf)) target.abort(new Error('closed'))
    },
  }
}

/** A function without a ttl sees its own request: what it answers is nobody else's. */
function isShared({ targets, ttl, interval }: Check): boolean {
  return Boolean(targets || ttl !== undefined || interval)
}

function targetsOf({ targets, guarded }: Entry): readonly Target<unknown, Call>[] {
  return targets ?? [guarded]
}

/** Stands for the request where there is none. */
export function anyRequest(): Request {
  return new Request('http://localhost')
}
