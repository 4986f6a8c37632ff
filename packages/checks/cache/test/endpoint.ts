import { type Check, createWatchman } from '@watchman/core'
import { ask, measureLateness, waitUntil } from '@watchman/test-helpers'

/**
 * Makes a function that requests the JSON of a check and measures the milliseconds that it takes, and for how many of them a busy
 * machine kept this process from running.
 */
export function endpoint(check: Check) {
  const watchman = createWatchman({ checks: [check] })
  return async () => {
    const began = performance.now()
    const lateness = measureLateness()
    const { status, text: json } = await ask(watchman)
    const late = lateness.total()
    lateness.stop()
    return { status, json, took: performance.now() - began, late }
  }
}

export const OK = '{"caches":[{"default":{"ok":true}}]}'

/** The JSON of a failure. */
export function failed(error: string): string {
  return `{"caches":[{"default":{"ok":false,"error":"${error}"}}]}`
}

/** Requests until the answer is ok, for at most 15 s. Returns the last answer. */
export async function recovered(request: () => Promise<{ readonly json: string }>): Promise<string> {
  let last = ''
  const isOk = async () => {
    last = (await request()).json
    return last === OK
  }
  await waitUntil(isOk, 15_000, 50)
  return last
}

/** Counts the answers for which a probe was connected, so that it may have written. */
export function countReached(check: () => Promise<{ readonly json: string }>) {
  const answers: string[] = []
  return {
    async ask() {
      const answer = await check()
      if (!answer.json.includes('not connected')) answers.push(answer.json)
      return answer
    },
    reached: () => answers.length,
  }
}
