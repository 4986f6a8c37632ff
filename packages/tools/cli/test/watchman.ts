import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, onTestFinished } from 'vitest'
import manifest from '../package.json'

const packageFolder = new URL('..', import.meta.url).pathname

/** The command as it is built, with the source of the workspace in it; one a test file. */
const built = await mkdtemp(join(packageFolder, 'node_modules/.watchman-'))
afterAll(() => rm(built, { recursive: true }))
await build({
  entryPoints: [join(packageFolder, 'src/bin.ts')],
  outdir: built,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['@watchman/source'],
  external: [...Object.keys(manifest.peerDependencies), ...Object.keys(manifest.dependencies)].filter(
    (name) => !name.startsWith('@watchman/'),
  ),
})

/** What a command has written, and ended with. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when it has written what `pattern` finds. */
  readonly written: (pattern: RegExp) => Promise<RegExpExecArray>
}

/** Where and with what a command is called. */
export interface Call {
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** The program and its parameters that call the command from its source. */
export function commandOf(parameters: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, join(built, 'bin.mjs'), ...parameters]
}

/** Calls the command, ended at the latest with the test. */
export function start(
  parameters: readonly string[],
  { folder = tmpdir(), environment = {} }: Call = {},
): Running {
  return launch(commandOf(parameters), { folder, environment })
}

/** Starts a program, ended at the latest with the test. */
export function launch(
  [file, ...parameters]: readonly [string, ...string[]],
  { folder, environment }: Call,
): Running {
  const child = spawn(file, parameters, {
    cwd: folder,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), stdout, stderr }))

  async function written(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(stdout)
      if (found) return found
      const isOver = await Promise.race([
        ended.then(() => true),
        once(child.stdout, 'data').then(() => false),
      ])
      if (isOver && !pattern.test(stdout)) throw new Error(`ended without ${pattern}: ${stdout}${stderr}`)
    }
  }
  return { child, ended, written }
}

/** Calls the command and waits for its end. */
export function watchman(parameters: readonly string[], call?: Call): Promise<Ended> {
  return start(parameters, call).ended
}

/** A folder with these files, and with the packages of this one where a file imports some; removed with the test. */
export async function folderWith(
  files: Readonly<Record<string, string>> = {},
  packages = true,
): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'watchman-cli-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  if (packages) await symlink(join(packageFolder, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
