import { asDict } from './as-dict.ts'
import { type Combined, combiner } from './combiner.ts'
import type { Check, Dict, WatchmanOptions } from './contract.ts'
import { guard } from './guard.ts'
import { later } from './later.ts'
import type { Log } from './log.ts'
import type { Presented } from './presenter.ts'
import { select } from './query.ts'
import { problem, type Report } from './report.ts'
import { type Call, callOf, isShared, type Subject, subjects } from './subject.ts'

/** Runs checks side by side and never rejects. */
export interface Runner {
  /** Runs the checks which the request's query selects. A report that is reused is there at once. */
  run(call: Call): Report | Promise<Report>
  /** Tells what the latest runs of these checks came to. */
  known(call: Call): Report
  /** Begins the checks that have an interval. */
  start(): void
  /** Stops timers and aborts what runs. From then on every report is a 503. */
  close(): void
  /** Whether it was closed. */
  closed(): boolean
}

/** A check and its targets. */
interface Entry extends Check {
  readonly subjects: readonly Subject[]
}

/** What is answered once the watchman is closed. */
const CLOSED = problem(503, 'Closed')

const NONE = problem(404, 'No checks found')

export function createRunner(
  checks: readonly Check[],
  { deadline, errorCode = 500 }: WatchmanOptions,
  present: (dict: Dict) => Presented,
  log: Log,
  observe: (report: Report) => void,
): Runner {
  const { show, combine } = combiner(present, errorCode)
  const createSubject = subjects(deadline, log, show)
  const entries = checks.map((check): Entry => ({ ...check, subjects: subjectsOf(check) }))
  const isReusable = checks.every(isShared)
  const timers = new Map<Entry, () => void>()
  let running: Promise<Report> | undefined
  let latest: Combined | undefined
  let started = false
  let closed = false

  function subjectsOf(check: Check): readonly Subject[] {
    const { name, targets, run } = check
    if (targets) {
      return targets.map((target) => {
        const well = (): Presented => ({ state: 'ok', dict: { [target.name || name]: { ok: true } } })
        return createSubject(check, target, well)
      })
    }
    const answer = async (signal: AbortSignal, { request, raw }: Call) =>
      present(asDict(await run(request, { signal, raw })))
    return [createSubject(check, guard('', answer, check), (presented) => presented)]
  }

  async function assemble(selected: readonly Entry[], call: Call): Promise<Combined> {
    const evaluations = await Promise.all(
      selected.map(({ subjects }) => Promise.all(subjects.map((subject) => subject.ask(call)))),
    )
    if (closed) return { report: CLOSED, expires: 0 }
    // Alone, a check meets no other's keys.
    const combined = combine(selected, evaluations, selected === entries ? log : undefined)
    observe(combined.report)
    return combined
  }

  /** Runs all checks, for everybody who asks meanwhile. */
  function runAll(call: Call): Promise<Report> {
    const own = assemble(entries, call).then((assembled) => {
      if (running === own) {
        latest = assembled
        running = undefined
      }
      return assembled.report
    })
    return own
  }

  /** Runs a check over and over, and so that no two of many processes keep step. */
  async function repeat(check: Entry, interval: number): Promise<void> {
    timers.set(
      check,
      later(() => void repeat(check, interval), interval * (0.9 + Math.random() / 5)),
    )
    const call = callOf()
    await Promise.all(check.subjects.map((subject) => subject.refresh(call)))
    if (closed) return
    await assemble([check], call)
    latest = running = undefined // they know only the result before
  }

  function start(): void {
    if (started || closed) return
    started = true
    for (const entry of entries) if (entry.interval) void repeat(entry, entry.interval)
  }

  return {
    start,
    run(call) {
      if (closed) return CLOSED
      start()
      const selected = select(entries, call.search)
      if (!selected[0]) return NONE
      if (selected !== entries || !isReusable) return assemble(selected, call).then(({ report }) => report)
      if (latest && performance.now() < latest.expires) return latest.report
      running ??= runAll(call)
      return running
    },
    known(call) {
      if (closed) return CLOSED
      const selected = select(entries, call.search)
      if (!selected[0]) return NONE
      const evaluations = selected.map(({ subjects }) => subjects.map((subject) => subject.known(call)))
      return combine(selected, evaluations).report
    },
    closed: () => closed,
    close() {
      closed = true
      for (const cancel of timers.values()) cancel()
      for (const subject of entries.flatMap(({ subjects }) => subjects)) subject.abort(new Error('closed'))
    },
  }
}
