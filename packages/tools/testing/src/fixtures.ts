import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Plugin,
  type Watchman,
  type WatchmanOptions,
} from '@watchman/core'

/** Two checks that succeed. `echo` returns what it reads of its request. */
const checks = [
  defineProbeCheck('databases', { default: async () => {}, replica: async () => {} }),
  defineCheck('echo', ({ method, url, headers }) => {
    const { search } = new URL(url)
    return { echo: { method, search, own: headers.get('x-own') } }
  }),
]

/** Adds protected views at `dashboard`, at `deep/view`, and at `tree` and everything below it. */
const pages: Plugin = {
  name: 'pages',
  setup(host) {
    const headers = { 'Content-Type': 'text/html' }
    for (const path of ['dashboard', 'deep/view']) {
      host.view(path, () => new Response(`<p>${path}: größer 🙂</p>`, { headers }))
    }
    host.view('tree/*', ({ below }) => new Response(`<p>below: ${below}</p>`, { headers }))
  },
}

/** Makes a watchman whose checks succeed. */
export function healthy(options: WatchmanOptions = {}): Watchman {
  return createWatchman({ checks, plugins: [pages], ...options })
}

/** Makes a watchman with a check that fails. */
export function failing(options: WatchmanOptions = {}): Watchman {
  const caches = defineProbeCheck('caches', async () => {
    throw new Error('connect ECONNREFUSED 127.0.0.1:6379')
  })
  return createWatchman({ checks: [...checks, caches], ...options })
}

/** Makes a plugin with a single view. */
export function viewPlugin(path: string, render: () => Response): Plugin {
  return { name: path, setup: (host) => host.view(path, render) }
}
