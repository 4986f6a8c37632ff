/** Whether the backend works; `unclear` while it is slow or restarts, when either verdict is right. */
export type Condition = 'working' | 'broken' | 'unclear'

/** The verdict of one response. Times are readings of `performance.now()`. */
interface Verdict {
  readonly isOk: boolean
  /** When it was requested. */
  readonly began: number
  /** When it arrived. */
  readonly ended: number
  /** What the response says, for the message. */
  readonly text: string
}

/** The times of a target, in milliseconds. */
interface Times {
  readonly timeout: number
  readonly ttl: number
  readonly grace: number
}

/** Compares the verdicts on one target with what was done to its backend. */
export interface VerdictJudge {
  /** The backend is in this condition from now on. */
  change(condition: Condition, reason: string): void
  /** Returns what is wrong with a verdict, or undefined. Says so once until the condition changes. */
  judge(verdict: Verdict): string | undefined
  /** How many verdicts of each kind were right, and could have been wrong. */
  readonly counts: { ok: number; failing: number }
}

/**
 * Makes a judge for one target, whose backend works at first. A verdict is wrong if
 *
 * - it is ok although the backend has been broken for longer than `timeout` + `ttl`: the run that ended last may have begun before;
 * - it is failing although the backend works, and none was ok for longer than three timeouts + `ttl`.
 *
 * Both limits are extended by `grace`, and by how much later `lateness` has become meanwhile.
 */
export function createVerdictJudge(
  { timeout, ttl, grace }: Times,
  lateness: () => number,
  now: () => number = () => performance.now(),
): VerdictJudge {
  const counts = { ok: 0, failing: 0 }
  let condition: Condition = 'working'
  let reason = 'at the start'
  let isReported = false
  /** Since when the condition holds, or since the last ok response while the backend works. */
  let since = { time: now(), lateness: lateness() }

  function compare({ isOk, began, ended, text }: Verdict): string | undefined {
    if (began < since.time) return undefined // the condition has changed while it was asked
    const duration = Math.round(began - since.time)
    const allowance = grace + lateness() - since.lateness
    if (condition === 'working') {
      if (isOk) {
        counts.ok += 1
        since = { time: ended, lateness: lateness() }
      } else if (duration > 3 * timeout + ttl + allowance) {
        return `not ok for ${duration} ms although the backend works (${reason}): ${text}`
      }
    } else if (condition === 'broken') {
      if (!isOk) counts.failing += 1
      else if (duration > timeout + ttl + allowance) {
        return `ok although the backend has been broken for ${duration} ms (${reason})`
      }
    }
    return undefined
  }

  return {
    counts,
    judge(verdict) {
      const wrong = compare(verdict)
      if (!wrong || isReported) return undefined
      isReported = true
      return wrong
    },
    change(next, why) {
      isReported = false
      condition = next
      reason = why
      since = { time: now(), lateness: lateness() }
    },
  }
}
