import { type CheckPolicy, createWatchman, type Probe } from '@watchman/core'
import { services } from '../src/index.ts'

/** What the endpoint answers for one service: the code, the state, and the error if there is one. */
export async function ask(probe: Probe, policy: CheckPolicy = {}) {
  const watchman = createWatchman({ checks: [services({ one: probe }, policy)] })
  const response = await watchman.fetch(new Request('http://status.test/'))
  const { services: results } = Object(await response.json())
  const { error }: { readonly error?: string } = results[0].one
  return { status: response.status, state: response.headers.get('x-watchman-status'), error }
}

/** What a service that is well is answered. */
export const WELL = { status: 200, state: 'ok', error: undefined }

/** How many sockets this process has open. */
export function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap/.test(name)).length
}
