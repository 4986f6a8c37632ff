import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Runtime } from './runtimes.ts'

/** A runtime that serves a worker. */
export interface RunningServer {
  /** Where it is reached, without a slash at the end. */
  readonly url: string
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/**
 * Runs a command in the background until its standard input ends, which it does with whoever started it, and removes the
 * folder `$0`. The shell leads a process group, so that `kill 0` reaches npx and all below it.
 */
const LEASH = 'end() { rm -rf "$0"; kill 0; }; { "$@"; end; } & read -r line; end'

/** How each of the three tells its port. */
const PORT = /(?:127\.0\.0\.1:|"port":)(\d+)/

/**
 * Starts `runtime`, which is fetched when it is not there yet, to serve the code `worker`.
 *
 * @throws Error with the output where it ends before it listens.
 */
export async function startRuntime(runtime: Runtime, worker: string): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'watchman-runtime-'))
  await writeFile(join(folder, 'worker.js'), worker)
  await copyFile(join(import.meta.dirname, 'workerd.capnp'), join(folder, 'workerd.capnp'))

  const npx = ['npx', '--yes', '--loglevel=error', `--package=${runtime.package}`, '--']
  const child = spawn('sh', ['-c', LEASH, folder, ...npx, ...runtime.command], {
    cwd: folder,
    detached: true,
  })
  const ended = once(child, 'close')
  async function stop(): Promise<void> {
    child.stdin.end()
    await ended
  }

  const output: string[] = []
  const port = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output.push(text)
        const [, found] = PORT.exec(output.join('')) ?? []
        if (found !== undefined) resolve(found)
      })
    }
  })
  const found = await Promise.race([port, ended.then(() => undefined)])
  if (found !== undefined) return { url: `http://127.0.0.1:${found}`, stop }
  throw new Error(`${runtime.package} does not start: ${output.join('').trim().replace(/\s+/g, ' ')}`)
}
