import { createWatchman, type Logger, type Plugin, type Watchman, type WatchmanOptions } from '@watchman/core'
import { describeType, isFunction, isRecord, memberOf, typeTag } from '@watchman/core/driver'
import { checksFromEnv } from './checks-from-env.ts'
import type { CommandContext } from './command-context.ts'
import { type ConfigFile, EXPORT_HINT, loadConfigFile } from './config-file.ts'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { optionsFromEnv } from './options-from-env.ts'

/** What a command adds to the options. */
interface Additions {
  /** Used where the options have none. */
  readonly logger?: Logger
  /** Set up after those of the options. */
  readonly plugins?: readonly Plugin[]
}

/** The configuration of a command. */
export interface Configuration {
  /** The options; undefined where the file exports a Watchman instance. */
  readonly options?: WatchmanOptions
  /**
   * Makes the watchman, or returns the one that the file exports, which stays as it is.
   *
   * @throws Failure for options that cannot work, and where there is nothing to check.
   */
  readonly create: (additions?: Additions) => Watchman
  /** Closes what the configuration has opened. Never rejects. */
  readonly close: () => Promise<unknown>
}

/**
 * Loads the configuration file. The environment sets the options that it leaves unset, and all of them where there is
 * no file.
 *
 * @throws Failure for a file or a variable that cannot be used.
 */
export async function loadConfiguration(context: CommandContext): Promise<Configuration> {
  const file = await loadConfigFile(context.folder)
  const exported = file ? file.exports.default : {}
  if (isWatchman(exported)) return { create: () => exported, close: closerOf(file) }
  if (!isRecord(exported) || typeTag(exported) !== 'Object') {
    const problem =
      exported === undefined ? 'has no default export' : `exports ${describeType(exported)} by default`
    throw failure(exitCode.configuration, `${file?.path} ${problem}: ${EXPORT_HINT}`)
  }
  const set = withDefaults(exported, await optionsFromEnv(context.environment))
  const { checks, close } = set.checks
    ? { checks: set.checks, close: closerOf(file) }
    : await checksFromEnv(context)
  const options = { ...set, checks }

  return { options, create: (additions) => createFrom(options, file, additions), close }
}

/** The options, with those of `defaults` where they are undefined. */
function withDefaults(options: WatchmanOptions, defaults: WatchmanOptions): WatchmanOptions {
  const isUnset = ([name]: readonly [string, unknown]) => memberOf(options, name) === undefined
  return { ...options, ...Object.fromEntries(Object.entries(defaults).filter(isUnset)) }
}

function createFrom(
  options: WatchmanOptions,
  file: ConfigFile | undefined,
  { logger, plugins = [] }: Additions = {},
): Watchman {
  const watchman = createOrFail(file?.path ?? 'the environment', {
    ...options,
    logger: options.logger ?? logger,
    plugins: plugins.length === 0 ? options.plugins : [options.plugins ?? [], plugins].flat(),
  })
  if (options.checks?.length === 0) {
    const reason = file ? `${file.path} has no checks` : 'there is no watchman.config.ts'
    throw failure(
      exitCode.configuration,
      `nothing to check: ${reason}, and the environment names no backend, such as DATABASE_URL or REDIS_URL`,
    )
  }
  return watchman
}

function createOrFail(source: string, options: WatchmanOptions): Watchman {
  try {
    return createWatchman(options)
  } catch (error) {
    throw failure(exitCode.configuration, `${source}: ${messageOf(error)}`)
  }
}

/** Returns the function that the file exports as `close`, which closes the clients that it has opened. */
function closerOf(file: ConfigFile | undefined): () => Promise<unknown> {
  const close = file?.exports.close
  return () => Promise.allSettled([typeof close === 'function' && (async () => close())()])
}

function isWatchman(value: unknown): value is Watchman {
  return ['fetch', 'report', 'select'].every((name) => isFunction(memberOf(value, name)))
}
