import { createWatchman, type ViewFunction, type Watchman } from '@watchman/core'

/** A watchman whose only plugin answers at `/own`. */
export function ownView(render: ViewFunction): Watchman {
  return createWatchman({
    plugins: [{ name: 'own', setup: (host) => host.view('own', render, { open: true }) }],
  })
}
