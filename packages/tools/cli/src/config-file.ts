import { relative } from 'node:path'
import { evaluate, parse } from '@humanwhocodes/momoa' // JSON.parse does not tell the line
import { createJiti } from 'jiti'
import { lilconfig } from 'lilconfig'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { oneLine } from './one-line.ts'

/** A configuration file. */
export interface ConfigFile {
  /** Its path, as seen from the folder where the command was called. */
  readonly path: string
  /** What it exports. */
  readonly exports: Readonly<Record<string, unknown>>
}

/** Where the configuration may stand, and what `init` must not overwrite. */
export const configFiles: readonly string[] = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map(
  (extension) => `watchman.config.${extension}`,
)

/**
 * Loads the nearest configuration file from `folder` upwards; undefined where there is none.
 *
 * @throws Failure that names the file, and its line where it is at fault.
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
    } catch (thrown) {
      throw failure(exitCode.configuration, explain(thrown, path, shown))
    }
  }

  const search = lilconfig('watchman', {
    searchPlaces: [...configFiles],
    stopDir: '/',
    ignoreEmptySearchPlaces: false,
    loaders: Object.fromEntries(configFiles.map((file) => [file.replace(/^.*\./, '.'), load])),
  })
  const found = await search.search(folder)
  if (found?.isEmpty) {
    const path = relative(folder, found.filepath)
    throw failure(exitCode.configuration, `${path} is empty: export a watchman or its options by default`)
  }
  return found?.config
}

/** What went wrong, behind the file and the line. */
function explain(thrown: unknown, path: string, shown: string): string {
  const { stack, line } = Object(thrown)
  const message = messageOf(thrown).replace(/\nRequire stack:.*/s, '')
  // jiti names the place in the message of a syntax error, others in their stack.
  const [, place = ''] = `${message}\n${stack}`.split(`${path}:`)
  const [number = line] = /^\d+/.exec(place) ?? []
  const told = message.replaceAll(path, '').replace(/^ParseError: |\s*:\d+:\d+\s*$| \(\d+:\d+\)$/g, '')
  return `${shown}${number === undefined ? '' : `:${number}`} ${oneLine(told)}`
}
