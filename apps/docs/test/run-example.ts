import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import getPort from 'get-port'

/** Beside the packages that the examples import. */
const MODULES = join(import.meta.dirname, '../node_modules')

/** The token of the examples that have one. */
const TOKEN = 'T'

/** Milliseconds in which an example must answer. */
const PATIENCE = 60_000

/** An example of a page that serves. */
export interface Running {
  /** Its URL, without a slash at the end. */
  readonly url: string
  /** Its output so far. */
  readonly output: () => string
  /** Sends SIGTERM; resolves to the exit code or the signal. */
  readonly end: () => Promise<unknown>
  /** Kills it, and removes its folder. */
  readonly stop: () => Promise<void>
}

/** Writes `files` into a new folder beside the packages, where TypeScript is run as it is. Returns the folder. */
export function writeExample(files: Readonly<Record<string, string>>): string {
  mkdirSync(MODULES, { recursive: true })
  const folder = mkdtempSync(join(MODULES, '.example-'))
  const compilerOptions = { experimentalDecorators: true, module: 'esnext', moduleResolution: 'bundler' }
  const all = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions }),
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Lets `node` run TypeScript and read the sources of the packages. */
export const FLAGS: readonly string[] = ['--import', 'tsx', '--conditions', '@watchman/source']

/**
 * Runs `code`, on a free port in place of 3000, until it is stopped.
 *
 * @throws Error with its output if it does not answer.
 */
export async function runExample(code: string, env: Readonly<Record<string, string>>): Promise<Running> {
  const port = await getPort({ host: '127.0.0.1' })
  const folder = writeExample({ 'app.ts': code.replaceAll('3000', `${port}`) })
  const child = spawn(process.execPath, [...FLAGS, 'app.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH, WATCHMAN_TOKENS: TOKEN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const written: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => written.push(text))
  }
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const deadline = performance.now() + PATIENCE
  while (!(await fetch(url).catch(() => undefined))) {
    if (child.exitCode === null && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      continue
    }
    await stop()
    throw new Error(`the example does not answer: ${written.join('')}`)
  }
  const end = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { url, output: () => written.join(''), end, stop }
}

/** Requests `url` with the token until the status is `status`, and returns the body. */
export async function answerOf(url: string, status: number): Promise<string> {
  const deadline = performance.now() + PATIENCE
  const headers = { authorization: `Bearer ${TOKEN}` }
  for (;;) {
    const response = await fetch(url, { headers }).catch(() => undefined)
    const text = await response?.text()
    if (text !== undefined && response?.status === status) return text
    if (performance.now() > deadline) throw new Error(`no ${status}, but ${response?.status} ${text}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
