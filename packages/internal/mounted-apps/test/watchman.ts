import { createWatchman, defineCheck, defineProbeCheck, type Plugin } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'

/** A view that returns a `Response` which it makes of the global class. */
const page: Plugin = {
  name: 'page',
  setup: (host) =>
    host.view('page', ({ url }) => {
      const headers = { 'Content-Type': 'text/html' }
      return new Response(`<p>${url.search}</p>`, { headers })
    }),
}

/** An endpoint with a check that needs the `Request`, and with views that return a `Response`. */
export function withDashboard() {
  return createWatchman({
    checks: [
      defineProbeCheck('databases', { default: async () => {} }),
      defineCheck('echo', ({ url, headers }) => ({ echo: [new URL(url).search, headers.get('x-own')] })),
    ],
    plugins: [dashboard({ title: 'The dashboard' }), page],
  })
}
