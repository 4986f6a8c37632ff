import { createAdaptorServer } from '@hono/node-server'
import { createWatchman, type Watchman, type WatchmanOptions } from '@watchman/core'
import { listen } from '@watchman/testing'
import { onTestFinished } from 'vitest'
import { type DashboardOptions, dashboard } from '../src/index.ts'

/** A watchman with a dashboard, on a free loopback port until the test ends. */
export interface Served {
  readonly watchman: Watchman
  /** Where the dashboard answers. */
  readonly url: string
  /** The requests received so far. */
  readonly requests: readonly Request[]
  /** Answers every request with `substitute` from now on, or by the watchman again. */
  answer(substitute: Response | undefined): void
  /** Stops listening. */
  close(): Promise<void>
}

/** Serves these checks. */
export async function serve(options: WatchmanOptions, settings: DashboardOptions = {}): Promise<Served> {
  const watchman = createWatchman({ plugins: [dashboard(settings)], ...options })
  const requests: Request[] = []
  const state: { substitute?: Response | undefined } = {}
  const fetch = (request: Request) => {
    requests.push(request)
    return state.substitute?.clone() ?? watchman.fetch(request)
  }
  const server = await listen(createAdaptorServer({ fetch }), '/dashboard')
  const close = async () => {
    await watchman.close()
    await server.close()
  }
  onTestFinished(close)
  const answer = (substitute: Response | undefined) => {
    state.substitute = substitute
  }
  return { watchman, url: server.url, requests, answer, close }
}
