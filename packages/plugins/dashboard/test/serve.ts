import { serve as listen } from '@hono/node-server'
import { createWatchman, type Watchman, type WatchmanOptions } from '@watchman/core'
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
  return new Promise((resolve) => {
    const server = listen({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      const close = async () => {
        await watchman.close()
        server.close()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }
      onTestFinished(close)
      const answer = (substitute: Response | undefined) => {
        state.substitute = substitute
      }
      resolve({ watchman, url: `http://127.0.0.1:${port}/dashboard`, requests, answer, close })
    })
  })
}
