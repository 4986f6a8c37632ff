import { createWatchman, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { databases } from '../src/index.ts'

/** Mounts the probe as `databases.default` without reuse of results. Returns a function that requests the JSON. */
export function watch(probe: Probe, timeout = 10_000): () => Promise<string> {
  const watchman = createWatchman({ checks: [databases({ default: probe }, { timeout, ttl: 0 })] })
  return async () => {
    const { status, text } = await ask(watchman)
    return `${status} ${text}`
  }
}

/** The answer of the endpoint while the database is ok. */
export const healthy = '200 {"databases":[{"default":{"ok":true}}]}'

/** The answer of the endpoint for a failure. */
export function failing(error: string): string {
  return `500 {"databases":[{"default":{"ok":false,"error":"${error}"}}]}`
}

/** The answer of the endpoint for a degraded database. */
export function degraded(error: string): string {
  return failing(error).replace('500', '200')
}
