import { type CheckOptions, createWatchman, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { services } from '../src/index.ts'

/** Returns what the endpoint answers for one service: the HTTP status, the state, and the error if there is one. */
export async function askService(probe: Probe, options: CheckOptions = {}) {
  const { status, headers, text } = await ask(createWatchman({ checks: [services({ one: probe }, options)] }))
  const { services: results } = JSON.parse(text)
  const error: unknown = results[0].one.error
  return { status, state: headers.get('x-watchman-status'), error }
}

/** What a healthy service answers. */
export const HEALTHY = { status: 200, state: 'ok', error: undefined }
