import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const FLAGS = ['--import', LOADER, '--conditions=@watchman/source', '--input-type=module', '--eval']

/** A program that listens, in a process of its own. */
export interface Instance {
  readonly port: number
  /** What it has written so far. */
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code, or the signal that has ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/**
 * Runs a program until it has printed its port.
 *
 * @throws Error with its output if it ends before that.
 */
export async function runInstance(
  code: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Instance> {
  const child = spawn(process.execPath, [...FLAGS, code], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  const ended = once(child, 'close').then(([exitCode, signal]) => exitCode ?? signal)
  const port = await new Promise<number>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text
        const found = /^port (\d+)$/m.exec(written)?.[1]
        if (found !== undefined) resolve(Number(found))
      })
    }
    void ended.then(() => reject(new Error(`the program has ended: ${written}`)))
  })
  return { port, ended, output: () => written, kill: (signal) => void child.kill(signal) }
}
