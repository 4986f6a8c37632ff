import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/** The root folder of the repository. */
export const ROOT = join(import.meta.dirname, '../../../..')

/** A tsconfig of the repository. */
export interface Project {
  /** Its path, from the root. */
  readonly path: string
  readonly options: ts.CompilerOptions
  /** The absolute paths of the files that it includes, without what these import. */
  readonly files: readonly string[]
  readonly errors: readonly ts.Diagnostic[]
}

/** Every tsconfig of the repository that includes files. */
export function projects(): readonly Project[] {
  return filesOfRepository('tsconfig.json', '**/tsconfig.json').map((path) => {
    const { config, error } = ts.readConfigFile(join(ROOT, path), ts.sys.readFile)
    const folder = join(ROOT, dirname(path))
    const { options, fileNames, errors } = ts.parseJsonConfigFileContent(
      config,
      ts.sys,
      folder,
      {},
      join(ROOT, path),
    )
    return { path, options, files: fileNames, errors: error ? [error, ...errors] : errors }
  })
}

/** The paths, from the root, of the files that match one of `patterns` and that git does not ignore. */
export function filesOfRepository(...patterns: readonly string[]): readonly string[] {
  const parameters = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--']
  const globs = patterns.map((pattern) => `:(glob)${pattern}`)
  const output = execFileSync('git', [...parameters, ...globs], { cwd: ROOT, encoding: 'utf8' })
  return output.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
}
