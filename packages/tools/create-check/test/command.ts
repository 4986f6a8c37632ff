import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const TSX = import.meta.resolve('tsx')
const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** The program and its parameters that run the command from its source. */
export const command: readonly string[] = [
  process.execPath,
  '--conditions=@watchman/source',
  '--import',
  TSX,
  BIN,
]

/** The output of a command, and its exit code. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command in `folder`. It is killed when the test ends. */
export function start(folder: string, parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const [program = '', ...rest] = [...command, ...parameters]
  return launch(folder, [program, ...rest], environment)
}

/** Starts a program. It is killed when the test ends. */
export function launch(
  folder: string,
  [program, ...parameters]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = {},
) {
  const child = spawn(program, parameters, { cwd: folder, env: { ...process.env, ...environment } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code: Number(code ?? -1), ...written }))
  return { child, ended, written }
}

/** Runs the command without a terminal. Resolves when it has ended. */
export function createCheck(
  folder: string,
  parameters: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Ended> {
  const { child, ended } = start(folder, parameters, environment)
  child.stdin.end()
  return ended
}
