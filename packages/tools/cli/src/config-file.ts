import { relative } from 'node:path'
import { evaluate, parse } from '@humanwhocodes/momoa' // JSON.parse does not report the line
import { memberOf } from '@watchman/core/driver'
import { createJiti } from 'jiti'
import { lilconfig } from 'lilconfig'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { oneLine } from './one-line.ts'
import { projectRoot } from './project-root.ts'

/** A configuration file. */
export interface ConfigFile {
  /** Its path, relative to the folder where the command was called. */
  readonly path: string
  /** Its exports. */
  readonly exports: Readonly<Record<string, unknown>>
}

/** What a configuration file must export: the end of messages. */
export const EXPORT_HINT = 'export the options of createWatchman, or a Watchman instance, by default'

/** The names of configuration files, none of which `init` overwrites. */
export const configFiles: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map(
  (extension) => `watchman.config.${extension}`,
)

/**
 * Loads the nearest configuration file from `folder` upwards to the root of its project; undefined if there is none.
 *
 * @throws Failure that names the file, and the line of the error where it is known.
 */
export async function loadConfigFile(folder: string): Promise<ConfigFile | undefined> {
  const jiti = createJiti(`${folder}/`, { fsCache: false, interopDefault: false })

  const load = async (path: string, content: string): Promise<ConfigFile> => {
    const shown = relative(folder, path)
    try {
      const exports: ConfigFile['exports'] = path.endsWith('.json')
        ? { default: evaluate(parse(content)) }
        : await jiti.import(path)
      return { path: shown, exports }
    } catch (error) {
      throw failure(exitCode.configuration, describe(error, path, shown))
    }
  }

  const search = lilconfig('watchman', {
    searchPlaces: [...configFiles],
    stopDir: projectRoot(folder),
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries(configFiles.map((file) => [file.replace(/^.*\./, '.'), load])),
  })
  const found = await search.search(folder)
  if (found?.isEmpty) {
    const path = relative(folder, found.filepath)
    throw failure(exitCode.configuration, `${path} is empty: ${EXPORT_HINT}`)
  }
  return found?.config
}

/** Returns the file, the line and the message of an error. */
function describe(error: unknown, path: string, shown: string): string {
  const message = messageOf(error).replace(/\nRequire stack:.*/s, '')
  // The message of jiti's syntax errors contains the line, the stack of other errors does.
  const [, position = ''] = `${message}\n${memberOf(error, 'stack')}`.split(`${path}:`)
  const [line = memberOf(error, 'line')] = /^\d+/.exec(position) ?? []
  const text = message.replaceAll(path, '').replace(/^ParseError: |\s*:\d+:\d+\s*$| \(\d+:\d+\)$/g, '')
  return `${shown}${line === undefined ? '' : `:${line}`} ${oneLine(text)}`
}
