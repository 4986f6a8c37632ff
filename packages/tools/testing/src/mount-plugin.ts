import { fail } from 'node:assert/strict'
import { createWatchman, type Plugin, type Watchman, type WatchmanOptions } from '@watchman/core'
import { errorMessage } from '@watchman/core/driver'
import { type FakeCheck, fakeCheck } from './fake-check.ts'
import type { HttpResponse } from './http-request.ts'
import { recordingLogger } from './recording-logger.ts'

/** A line of the log about a failure of a plugin. */
const PLUGIN_FAILURE = /^\[watchman\] (?:view|listener of plugin|onClose of plugin) ".*?" failed: .*/s

/** How long a promise that a listener returned may take to reject, in milliseconds. */
const REJECT_TIME = 20

/** A watchman with a plugin and two checks. */
export interface MountedPlugin {
  readonly watchman: Watchman
  readonly databases: FakeCheck
  readonly caches: FakeCheck
  /** Requests a target below the mount: `'dashboard?check=caches'`. */
  readonly get: (target: string, init?: RequestInit) => Promise<HttpResponse>
  /** Asserts that no view and no listener of the plugin has failed. */
  readonly assertNoFailure: () => Promise<void>
}

/** Makes a watchman with a plugin. Fails if `createWatchman` refuses the plugin. `options` may replace the checks. */
export function mountPlugin(plugin: Plugin, options: WatchmanOptions = {}): MountedPlugin {
  const databases = fakeCheck('databases')
  const caches = fakeCheck('caches')
  const { logger, lines } = recordingLogger()
  const checks = [databases.check, caches.check]
  const watchman = makeWatchman({ checks, plugins: [plugin], logger, ...options })
  return {
    watchman,
    databases,
    caches,
    async get(target, init = {}) {
      const response = await watchman.fetch(new Request(`http://status.test/${target}`, init))
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    async assertNoFailure() {
      await new Promise((resolve) => setTimeout(resolve, REJECT_TIME))
      const failure = lines.find((line) => PLUGIN_FAILURE.test(line))
      if (failure !== undefined) fail(`the plugin fails: ${failure}`)
    },
  }
}

function makeWatchman(options: WatchmanOptions): Watchman {
  try {
    return createWatchman(options)
  } catch (error) {
    return fail(`createWatchman refuses the plugin: ${errorMessage(error)}`)
  }
}
