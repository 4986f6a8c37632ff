import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Watchman,
  type WatchmanOptions,
} from '@watchman/core'
import { dashboard } from '@watchman/dashboard'

/** A request to an endpoint, and its response. */
export interface Exchange {
  readonly method: string
  /** The path below the mount. */
  readonly path: string
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const TOKENS: WatchmanOptions = { tokens: 's3cret' }

const healthy = () => ({ healthy: { ok: true } })
const degraded = defineCheck('degraded', () => ({ degraded: { ok: false } }), { critical: false })
const failing = () => ({ failing: { ok: false, error: 'broken' } })
const hanging = defineProbeCheck('hanging', () => new Promise(() => {}))

/** Makes a watchman in each state that the document describes. */
function watchmen(): readonly Watchman[] {
  const withDashboard = (options: WatchmanOptions) => createWatchman({ plugins: [dashboard()], ...options })
  const closed = withDashboard({ checks: [healthy], exposeVersion: true })
  void closed.close()
  const held = withDashboard({ checks: [healthy, failing] })
  held.holdReadiness('größer')
  return [
    withDashboard({ checks: [healthy], exposeVersion: true }),
    withDashboard({ checks: [healthy, failing], exposeVersion: true, stacktraces: true }),
    withDashboard({ checks: [healthy, failing], details: 'none' }),
    withDashboard({ checks: [degraded] }),
    withDashboard({ exposeVersion: true }),
    withDashboard({ checks: [healthy], ...TOKENS }),
    withDashboard({ checks: [healthy], tokens: undefined }),
    withDashboard({
      checks: [healthy],
      authorize: () => {
        throw new Error('the login is down')
      },
    }),
    withDashboard({ checks: [healthy, hanging], deadline: 20 }),
    held,
    closed,
  ]
}

const PATHS = ['/', '/bare', '/bare/', '/ping', '/ping/', '/dashboard', '/dashboard/', '/other', '/a/b']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const QUERIES = [
  '',
  '?check=healthy',
  '?check=healthy&check=failing&check=hanging&skip=a%20b,c',
  '?skip=healthy&skip=failing',
  '?check=unknown',
  '?watchman-token=s3cret',
]

/** Requests every path of every watchman, in every way. Exchanges that are alike are returned once. */
export async function exchanges(): Promise<readonly Exchange[]> {
  const all = new Map<string, Exchange>()
  for (const watchman of watchmen()) {
    for (const path of PATHS) {
      for (const method of METHODS) {
        for (const query of QUERIES) {
          for (const accept of ['*/*', 'text/html,*/*;q=0.8']) {
            const init = { method, headers: { accept } }
            const response = await watchman.fetch(new Request(`http://localhost${path}${query}`, init))
            const { status, headers } = response
            const body = await response.text()
            const key = [method, path, status, ...headers, body].join('\n')
            all.set(key, { method, path, status, headers: new Map(headers.entries()), body })
          }
        }
      }
    }
    await watchman.close()
  }
  return [...all.values()]
}
