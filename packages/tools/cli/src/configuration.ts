import { createWatchman, type Watchman, type WatchmanOptions } from '@watchman/core'
import { checksFrom } from './checks-from.ts'
import { type ConfigFile, loadConfigFile } from './config-file.ts'
import type { Place } from './drivers/driver.ts'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { optionsFrom } from './options-from.ts'

/** What the command works with: options, or a watchman that is made already. */
export type Configuration = (
  | { readonly options: WatchmanOptions; readonly watchman?: never }
  | { readonly watchman: Watchman; readonly options?: never }
) & {
  /** Makes the watchman; where it is made already, `additions` come too late. */
  readonly create: (additions?: WatchmanOptions) => Watchman
  /** Closes what the configuration has opened. Never rejects. */
  readonly close: () => Promise<unknown>
}

const EXPORT = 'export a watchman or its options by default'

/**
 * Loads the configuration file, or what the environment says where there is none. What the options of the file leave
 * unset the environment sets.
 *
 * @throws Failure for what cannot be loaded or cannot work, with one line that says why.
 */
export async function loadConfiguration(place: Place): Promise<Configuration> {
  const file = await loadConfigFile(place.folder)
  const source = file?.path ?? 'the environment'
  const given = file ? Object(file.exports).default : {}
  if (isWatchman(given)) return { watchman: given, create: () => given, close: closerOf(file) }
  if (Object.prototype.toString.call(given) !== '[object Object]') {
    const what = given === undefined ? 'exports nothing by default' : `exports ${typeof given} by default`
    throw failure(exitCode.configuration, `${source} ${what}: ${EXPORT}`)
  }
  const set: WatchmanOptions = { ...(await optionsFrom(place.environment)), ...given }
  const { checks, close } = set.checks
    ? { checks: set.checks, close: closerOf(file) }
    : await checksFrom(place)
  const options = { ...set, checks }

  const create = (additions?: WatchmanOptions) => {
    try {
      return createWatchman({ ...options, ...additions })
    } catch (error) {
      throw failure(exitCode.configuration, `${source}: ${messageOf(error)}`)
    }
  }
  create()
  if (Array.isArray(checks) && checks.length === 0) {
    throw failure(
      exitCode.configuration,
      `nothing to check: ${file ? `${source} has no checks` : 'there is no watchman.config.ts'}, ` +
        'and the environment names no backend, such as DATABASE_URL or REDIS_URL',
    )
  }
  return { options, create, close }
}

/** What the file exports as `close`, for the clients that it has opened. */
function closerOf(file: ConfigFile | undefined): () => Promise<unknown> {
  const { close } = Object(file?.exports)
  return () => Promise.allSettled([typeof close === 'function' && (async () => close())()])
}

function isWatchman(value: unknown): value is Watchman {
  const { handle, run }: Partial<Watchman> = Object(value)
  return typeof handle === 'function' && typeof run === 'function'
}
