import type { Awaitable, CheckPolicy, Outcome, Result, Target } from './contract.ts'
import { toError } from './explain.ts'
import { later } from './later.ts'

/** A failure is reused no longer than this many milliseconds, so that a recovery shows soon. */
const FAILURE_TTL = 1000

/** A result of the background that is older than so many intervals is none. */
const STALE = 3

/**
 * Gives `run` a deadline of `timeout` milliseconds. With a `ttl` callers share one run, and its result for that many
 * milliseconds; with an `interval` they share the latest result; without either each caller has a run of its own.
 * While a run that is answered has not ended, none is started: callers wait for its end within their own
 * deadline.
 */
export function guard<Value, Input>(
  name: string,
  run: (signal: AbortSignal, input: Input) => Awaitable<Value>,
  { timeout = 5000, ttl, interval }: CheckPolicy = {},
): Target<Value, Input> {
  const aborts = new Set<(reason: Error) => void>()
  const waiting = new Set<() => void>()
  const overdue = new Map<() => void, Result<Value>>()
  let running: Promise<Outcome<Value>> | undefined
  let latest: Outcome<Value> | undefined

  const start = (input: Input) =>
    new Promise<Outcome<Value>>((resolve) => {
      const startedAt = Date.now()
      const began = performance.now()
      const controller = new AbortController()
      let begun = false

      const settle = (result: Result<Value>) => {
        if (!aborts.delete(abort)) return // answered before: this result is late
        cancel()
        if (begun) overdue.set(begin, result) // until it has ended
        const now = performance.now()
        const reuse = interval ? STALE * interval : result.ok ? (ttl ?? 0) : Math.min(ttl ?? 0, FAILURE_TTL)
        latest = { name, startedAt, duration: now - began, expires: now + reuse, ...result }
        running = undefined
        resolve(latest)
      }
      const abort = (error: Error) => {
        waiting.delete(begin)
        controller.abort(error)
        cancel()
        // The run may know more than that time is up: one turn of the event loop is its chance to say so.
        // One that has not begun says what the one before it waits for.
        const [blocking] = begun ? [] : overdue.values()
        cancel = later(() => settle(blocking ?? { ok: false, error }), 0)
      }
      const begin = async () => {
        waiting.delete(begin)
        begun = true
        const { signal } = controller
        try {
          const value = await run(signal, input)
          signal.throwIfAborted()
          settle({ ok: true, value })
        } catch (thrown) {
          const error = toError(thrown)
          await undefined // what was thrown at once must not end a run that is not yet shared
          const { aborted, reason } = signal
          settle({ ok: false, error: aborted && error.cause !== reason ? reason : error })
          await ended(error)
        }
        overdue.delete(begin)
        if (overdue.size === 0) for (const next of waiting) void next()
      }

      aborts.add(abort)
      let cancel = later(() => abort(new Error(`timed out after ${timeout} ms`)), timeout)
      if (overdue.size > 0) waiting.add(begin)
      else void begin()
    })

  const refresh = (input: Input) => {
    running ??= start(input)
    return running
  }

  return {
    name,
    refresh,
    ask(input) {
      if (ttl === undefined && !interval) return start(input)
      const late = latest ? performance.now() - latest.expires : 0
      if (latest && late < 0) return latest
      if (!latest || !interval) return refresh(input)
      const age = Math.round(late + STALE * interval)
      return {
        ...latest,
        ok: false,
        error: new Error(`no result for ${age} ms, though one is due every ${interval} ms`),
      }
    },
    abort(reason) {
      for (const abort of aborts) abort(reason)
    },
  }
}

/** Waits until that has ended which a run left to be done when it failed. */
async function ended(error: unknown): Promise<void> {
  try {
    await Object(error).until
  } catch {
    // Its failure is known.
  }
}
