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
