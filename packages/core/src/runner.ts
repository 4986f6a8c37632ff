import type { Check, Dict, Outcome, RawRequest, Target, WatchmanOptions } from './contract.ts'
import { DEFAULT_TIMEOUT, toDict } from './define-probe-check.ts'
import { UNREADABLE } from './explain.ts'
import { guard } from './guard.ts'
import { kindOf } from './kind-of.ts'
import type { ChangeLog } from './log.ts'
import type { Presented } from './presenter.ts'
import { select } from './query.ts'
import { problem, type Report, reportOf } from './report.ts'

/** Runs checks side by side and never rejects. */
export interface Runner {
  /** Runs the checks which the request's query selects. */
  run(request: Request, raw?: RawRequest): Promise<Report>
  /** Aborts what runs. From then on every report is a 503. */
  close(): void
  /** Whether it was closed. */
  closed(): boolean
}

/** A check with the guard of its function, for where it has no named targets. */
interface Entry extends Check {
  readonly guarded: Target<Presented, Call>
}

/** A request, and what its framework calls it. */
interface Call {
  readonly request: Request
  readonly raw: RawRequest | undefined
}

interface Evaluation extends Presented {
  readonly name: string
  readonly outcomes: readonly Outcome[]
}

export function createRunner(
  checks: readonly Check[],
  { deadline, errorCode = 500 }: WatchmanOptions,
  present: (dict: Dict) => Presented,
  log: ChangeLog,
): Runner {
  const entries = checks.map((check): Entry => {
    const { run, timeout = DEFAULT_TIMEOUT, ttl } = check
    const answer = async (signal: AbortSignal, { request, raw }: Call) =>
      present(asDict(await run(request, { signal, raw })))
    return { ...check, guarded: guard('', answer, timeout, ttl) }
  })
  // A function without a ttl sees its own request: what it answers is nobody else's.
  const isShared = checks.every(({ targets, ttl }) => targets || ttl !== undefined)
  let latest: Promise<Report>
  let expires = 0
  let closed = false

  /** Presents a failure, which may be an error that throws when it is read. */
  function show(name: string, dict: Dict): Presented {
    try {
      return present(dict)
    } catch {
      return present({ [name]: { ok: false, error: UNREADABLE } })
    }
  }

  async function evaluate({ name, targets, guarded }: Entry, call: Call): Promise<Evaluation> {
    const ask = async <Value, Input>(target: Target<Value, Input>, input: Input): Promise<Outcome<Value>> => {
      if (!deadline) return target.ask(input)
      const capped = await guard(target.name, () => target.ask(input), deadline).ask()
      return capped.ok ? capped.value : capped
    }
    if (targets) {
      const outcomes = await Promise.all(targets.map((target) => ask(target, undefined)))
      return { name, outcomes, ...show(name, toDict(name, outcomes)) }
    }
    const outcome = await ask(guarded, call)
    return {
      name,
      outcomes: [outcome],
      ...(outcome.ok ? outcome.value : show(name, { [name]: outcome.error })),
    }
  }

  async function assemble(selected: readonly Entry[], call: Call): Promise<Report> {
    const evaluations = await Promise.all(selected.map((entry) => evaluate(entry, call)))
    if (selected === entries) {
      expires = Math.min(...evaluations.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome.expires)))
    }
    if (closed) return problem(503, 'Closed')
    const taken = new Set<string>()
    const results = evaluations.map(({ name, outcomes, ...presented }) => {
      const foreign = Object.keys(presented.dict).find((key) => taken.has(key))
      const { ok, dict } =
        foreign === undefined
          ? presented
          : show(name, { [name]: new Error(`returned the key "${foreign}" of another check`) })
      for (const key of Object.keys(dict)) taken.add(key)
      const targets = outcomes.map((outcome) => {
        const { name: target, startedAt, duration } = outcome
        const result = target || ok || !outcome.ok ? outcome : { ok, error: new Error(JSON.stringify(dict)) }
        log(target ? `${name}.${target}` : name, result)
        return { name: target, ok: result.ok, startedAt, duration }
      })
      return { name, ok, dict, targets }
    })
    return reportOf(results, errorCode)
  }

  return {
    async run(request, raw) {
      if (closed) return problem(503, 'Closed')
      const selected = select(entries, request.url)
      if (!selected[0]) return problem(404, 'No checks found')
      const call = { request, raw }
      if (selected !== entries || !isShared) return assemble(selected, call)
      if (performance.now() >= expires) {
        expires = Number.POSITIVE_INFINITY // until the run has ended, callers share it
        latest = assemble(entries, call).catch((error) => {
          expires = 0
          throw error
        })
      }
      return latest
    },
    closed: () => closed,
    close() {
      closed = true
      for (const { targets = [], guarded } of entries) {
        for (const target of [guarded, ...targets]) target.abort(new Error('closed'))
      }
    },
  }
}

/** @throws Error where a check returned something without keys. */
function asDict(value: unknown): Dict {
  if (kindOf(value) === 'Object') return Object(value)
  throw new Error(`returned ${kindOf(value)} instead of a dict such as { key: value }`)
}
