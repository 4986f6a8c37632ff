import type { Host, Plugin, TargetResult, ViewFunction, ViewOptions } from '@watchman/core'

/** Makes a plugin of its `setup`. */
export function pluginOf(setup: (host: Host) => void, name = 'test'): Plugin {
  return { name, setup }
}

/** Makes a plugin with a single view. */
export function viewPlugin(path: string, render: ViewFunction, options?: ViewOptions): Plugin {
  return pluginOf((host) => host.view(path, render, options), `view ${path}`)
}

/** Makes a plugin that keeps each result that it receives, with the one before it. */
export function recordResults() {
  const events: { readonly result: TargetResult; readonly previous: TargetResult | undefined }[] = []
  const plugin = pluginOf(
    (host) => host.onResult((result, previous) => events.push({ result, previous })),
    'record-results',
  )
  return { events, plugin }
}
