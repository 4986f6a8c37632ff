import { createWatchman, defineCheck, type Watchman, type WatchmanOptions } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'

/** One answer of a running endpoint, and what was asked. */
export interface Exchange {
  readonly method: string
  /** The path below the mount. */
  readonly path: string
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const TOKENS: WatchmanOptions = { tokens: 's3cret' }

const well = () => ({ well: { ok: true } })
const degraded = defineCheck('degraded', () => ({ degraded: { ok: false } }), { critical: false })
const failing = () => ({ failing: { ok: false, error: 'broken' } })

/** Endpoints in every state that the document speaks of. */
function endpoints(): readonly Watchman[] {
  const views = () => [dashboard()]
  const checks = { ok: [well], failing: [well, failing] }
  const closed = createWatchman({ checks: checks.ok, views: views() })
  void closed.close()
  return [
    createWatchman({ checks: checks.ok, views: views(), exposeVersion: true }),
    createWatchman({ checks: checks.failing, views: views(), exposeVersion: true, stacktraces: true }),
    createWatchman({ checks: checks.failing, views: views(), details: 'none' }),
    createWatchman({ checks: [degraded], views: views() }),
    createWatchman({ views: views(), exposeVersion: true }),
    createWatchman({ checks: checks.ok, views: views(), ...TOKENS }),
    createWatchman({
      checks: checks.ok,
      views: views(),
      authorize: () => {
        throw new Error('the login is down')
      },
    }),
    closed,
  ]
}

const PATHS = ['/', '', '/bare', '/bare/', '/ping', '/ping/', '/dashboard', '/dashboard/', '/other', '/a/b']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const QUERIES = ['', '?check=well', '?skip=well&skip=failing', '?check=unknown', '?watchman-token=s3cret']

/** Asks every endpoint for every path, in every way. What is answered alike stands once. */
export async function exchanges(): Promise<readonly Exchange[]> {
  const all = new Map<string, Exchange>()
  for (const watchman of endpoints()) {
    for (const path of PATHS) {
      for (const method of METHODS) {
        for (const query of QUERIES) {
          const request = new Request(`http://localhost${path}${query}`, { method })
          const response = await watchman.handle(request, { path })
          const { status, headers } = response
          const body = await response.text()
          const told = [method, path, status, ...headers, body].join('\n')
          all.set(told, { method, path, status, headers: new Map(headers.entries()), body })
        }
      }
    }
    await watchman.close()
  }
  return [...all.values()]
}
