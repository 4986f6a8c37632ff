import { type CheckOptions, createWatchman, type Probe } from '@watchman/core'
import { services } from '../src/index.ts'

/** Returns what the endpoint answers for one service: the HTTP status, the state, and the error if there is one. */
export async function ask(probe: Probe, options: CheckOptions = {}) {
  const watchman = createWatchman({ checks: [services({ one: probe }, options)] })
  const response = await watchman.fetch(new Request('http://status.test/'))
  const { services: results } = Object(await response.json())
  const { error }: { readonly error?: string } = results[0].one
  return { status: response.status, state: response.headers.get('x-watchman-status'), error }
}

/** What a healthy service answers. */
export const HEALTHY = { status: 200, state: 'ok', error: undefined }

/** Returns the number of open sockets of this process. */
export function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap/.test(name)).length
}
