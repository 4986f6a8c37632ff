import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Watchman,
  type WatchmanOptions,
} from '@watchman/core'

/** Two checks that are well; one of them tells what it was asked. */
const checks = [
  defineProbeCheck('databases', { default: async () => {}, replica: async () => {} }),
  defineCheck('echo', ({ method, url, headers }) => {
    const { search } = new URL(url)
    return { echo: { method, search, own: headers.get('x-own') } }
  }),
]

/** A watchman whose checks are well, with a view of its own at `dashboard` and one at `deep/view`. */
export function well(options: WatchmanOptions = {}): Watchman {
  const views = ['dashboard', 'deep/view'].map((path) => ({
    path,
    render: () => new Response(`<p>${path}: größer 🙂</p>`, { headers: { 'Content-Type': 'text/html' } }),
  }))
  return createWatchman({ checks, views, ...options })
}

/** One of its checks fails. */
export function ill(options: WatchmanOptions = {}): Watchman {
  const failing = defineProbeCheck('caches', async () => {
    throw new Error('connect ECONNREFUSED 127.0.0.1:6379')
  })
  return createWatchman({ checks: [...checks, failing], ...options })
}
