import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { isRecord, memberOf } from '@watchman/core/driver'
import { configFiles } from '../config-file.ts'
import { configSource } from '../config-source.ts'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { frameworks } from '../frameworks.ts'
import { clientTemplates } from '../generated/client-templates.ts'
import type { ProcessContext } from './process-context.ts'

/** Options of the command `init`. */
export interface InitOptions {
  /** Whether it writes without asking. @default false */
  readonly yes?: boolean
}

/** Writes a configuration for the clients that the project depends on. Returns the exit code. */
export async function init(
  { yes = false }: InitOptions,
  { folder, interrupted }: ProcessContext,
): Promise<number> {
  const manifest = findUp('package.json', folder)
  if (manifest === undefined) {
    throw failure(
      exitCode.failing,
      'there is no package.json here or in a folder above: run this in a project',
    )
  }
  const project = dirname(manifest)
  const taken = configFiles.find((file) => existsSync(join(project, file)))
  if (taken !== undefined) {
    throw failure(
      exitCode.failing,
      `${relative(folder, join(project, taken))} already exists: nothing was written`,
    )
  }
  const dependencies = dependenciesOf(manifest, relative(folder, manifest))
  const { text, packages } = configSource(dependencies)
  if (packages.length === 1) {
    const known = clientTemplates.map(({ client }) => client).join(', ')
    throw failure(exitCode.failing, `the project depends on none of the known clients: ${known}`)
  }

  const path = join(project, 'watchman.config.ts')
  const shown = relative(folder, path)
  console.log(text)
  if (!yes && !(await isConfirmed(`Write this to ${shown}? [Y/n] `, interrupted))) return exitCode.failing
  await writeFile(path, text, { flag: 'wx' })

  const missing = packages.filter((name) => !dependencies.has(name))
  console.log(`Wrote ${shown}.`)
  if (missing.length > 0) console.log(`Install its imports:  npm install ${missing.join(' ')}`)
  console.log('Run it:  npx watchman-health check -v')
  for (const { framework, adapter, mountCode } of frameworks) {
    if (!dependencies.has(framework)) continue
    console.log(`Mount it in your app:  npm install ${adapter}\n  ${mountCode}`)
  }
  return 0
}

function findUp(name: string, folder: string): string | undefined {
  const path = join(folder, name)
  if (existsSync(path)) return path
  return dirname(folder) === folder ? undefined : findUp(name, dirname(folder))
}

function dependenciesOf(path: string, shown: string): ReadonlySet<string> {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const lists = [memberOf(manifest, 'dependencies'), memberOf(manifest, 'optionalDependencies')]
    return new Set(lists.filter(isRecord).flatMap((list) => Object.keys(list)))
  } catch (error) {
    throw failure(exitCode.failing, `${shown} cannot be read: ${messageOf(error)}`)
  }
}

async function isConfirmed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw failure(exitCode.usage, 'there is no terminal to ask on: pass --yes to write it without asking')
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^(y(es)?)?$/i.test((await terminal.question(question, { signal })).trim())
  } finally {
    terminal.close()
  }
}
