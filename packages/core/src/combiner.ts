import type { Check, Dict } from './contract.ts'
import { UNREADABLE } from './explain.ts'
import type { Log } from './log.ts'
import type { Presented } from './presenter.ts'
import { type CheckResult, type Report, reportOf, type TargetResult, worstOf } from './report.ts'

/** What a target came to, as the response holds it. */
export interface Settled {
  readonly target: TargetResult
  readonly dict: Dict
  /** The reading of `performance.now()`, in milliseconds, until which it is reused. */
  readonly expires: number
}

/** A report, and the reading of `performance.now()` until which it is reused. */
export interface Combined {
  readonly report: Report
  readonly expires: number
}

/** Makes reports of what targets came to. */
export interface Combiner {
  /** Presents a failure, which may be an error that throws when it is read. */
  show(key: string, error: Error): Presented
  /** Puts together what the targets of these checks came to. `all` hears of keys that two of them return. */
  combine(checks: readonly Check[], evaluations: readonly (readonly Settled[])[], all?: Log): Combined
}

export function combiner(present: (dict: Dict) => Presented, errorCode: number): Combiner {
  function show(key: string, error: Error): Presented {
    try {
      return present({ [key]: error })
    } catch {
      return present({ [key]: { ok: false, error: UNREADABLE } })
    }
  }

  return {
    show,
    combine(checks, evaluations, all) {
      const taken = new Set<string>()
      const results = checks.map(({ name }, index): CheckResult => {
        const settled = evaluations[index] ?? []
        const targets = settled.map(({ target }) => target)
        const dicts = settled.map(({ dict }) => dict)
        const own = targets[0]?.name ? { [name]: dicts } : { ...dicts[0] }
        const foreign = Object.keys(own).find((key) => taken.has(key))
        const error = foreign !== undefined && new Error(`returned the key "${foreign}" of another check`)
        all?.state(`keys of ${name}`, error ? 'failing' : 'ok', error)
        const presented = error ? show(name, error) : { state: worstOf(targets), dict: own }
        for (const key of Object.keys(presented.dict)) taken.add(key)
        return { name, targets, ...presented }
      })
      const least = (settled: readonly Settled[]) => Math.min(...settled.map(({ expires }) => expires))
      const expires = Math.min(...evaluations.map(least))
      return { report: reportOf(results, errorCode), expires }
    },
  }
}
