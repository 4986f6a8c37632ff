import type { RunWrapper } from '../types/plugin.ts'

/** A wrapper that a plugin has added. */
export interface OwnedWrapper {
  /** What errors call the plugin. */
  readonly owner: string
  readonly wrap: RunWrapper
}

/**
 * Runs `run` inside all wrappers, the first one outermost. The outcome is that of `run`, as soon as it has settled: what a wrapper
 * returns does not count, nor what it does afterwards.
 *
 * @throws Error where a wrapper has ended and `run` was not called.
 */
export function runWrapped(
  run: () => Promise<unknown>,
  wrappers: readonly OwnedWrapper[],
  target: Parameters<RunWrapper>[1],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let outcome: Promise<unknown> | undefined
    const once = () => {
      if (outcome) return outcome
      outcome = run()
      outcome.then(resolve, reject)
      return outcome
    }
    const rejectUnlessRun = (error: unknown) => {
      if (!outcome) reject(error)
    }
    const owners = wrappers.map(({ owner }) => owner).join(', ')
    const all = wrappers.reduceRight<() => Promise<unknown>>(
      (inner, { wrap }) =>
        async () =>
          wrap(inner, target),
      once,
    )
    all().then(() => rejectUnlessRun(new Error(`${owners}: a run wrapper did not call run`)), rejectUnlessRun)
  })
}
