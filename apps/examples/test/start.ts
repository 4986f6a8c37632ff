import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import getPort from 'get-port'

/** A running example. */
export interface Running {
  /** Its URL, without a slash at the end. */
  readonly url: string
  /** The folder whose files it lists. */
  readonly uploads: string
  /** Its output so far. */
  readonly output: () => string
  /** Sends SIGTERM; resolves to the exit code, or to the signal if it had to be killed. */
  readonly stop: () => Promise<unknown>
}

/** The token of the examples. */
export const TOKEN = 'T'

/** Milliseconds that an example may take to start, and to exit. */
const TIME_LIMIT = 60_000

/**
 * Starts an example from the source of the packages, in the folder of its tsconfig.json.
 *
 * @throws Error with the output if it does not answer.
 */
export async function start(folder: string, file: string): Promise<Running> {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const uploads = join(await mkdtemp(join(tmpdir(), 'watchman-example-')), 'uploads')
  const port = await getPort({ host: '127.0.0.1' })
  const child = spawn(process.execPath, ['--import', loader, '--conditions', '@watchman/source', file], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: `${port}`, UPLOADS: uploads, WATCHMAN_TOKENS: TOKEN },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const written: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => written.push(text))
  }

  async function stop(): Promise<unknown> {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT)
    const result = await ended
    clearTimeout(timer)
    await rm(dirname(uploads), { recursive: true, force: true })
    return result
  }

  const url = `http://127.0.0.1:${port}`
  const deadline = performance.now() + TIME_LIMIT
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode === null && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      continue
    }
    await stop()
    throw new Error(`${file} does not start: ${written.join('')}`)
  }
  return { url, uploads, output: () => written.join(''), stop }
}
