import type { Watchman } from '@watchman/core'

/** What an endpoint answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** Asks `watchman` for `path` as a client would. */
export async function ask(watchman: Watchman, path = '/', init?: RequestInit): Promise<Answer> {
  const response = await watchman.fetch(new Request(`http://status.test${path}`, init))
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json' && text !== ''
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text }
}

/** Waits `delay` milliseconds. */
export function sleep(delay: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay))
}

/** A probe that never ends, and counts how often it was started. */
export function hanging(): { readonly probe: () => Promise<never>; readonly started: () => number } {
  const starts: Date[] = []
  return {
    probe: () => {
      starts.push(new Date())
      return new Promise<never>(() => {})
    },
    started: () => starts.length,
  }
}

/**
 * Measures how late the timers of this process come, until the function it returns is called, which tells the sum in
 * milliseconds: on a busy machine no code could answer then.
 */
export function lateness(): () => number {
  const tick = 10
  const state = { late: 0, last: performance.now() }
  const look = () => {
    const now = performance.now()
    state.late += Math.max(0, now - state.last - 2 * tick)
    state.last = now
  }
  const timer = setInterval(look, tick)
  return () => {
    clearInterval(timer)
    look()
    return state.late
  }
}
