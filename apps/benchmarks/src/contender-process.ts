import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import getPort from 'get-port'
import { endWithUs } from './children.ts'
import type { Contender } from './contenders.ts'

/** Milliseconds until a contender that has not answered counts as broken. */
const PATIENCE = 20_000

/** Where the backends of a contender are. */
export interface Addresses {
  readonly DATABASE_URL: string
  readonly REDIS_URL: string
}

/** What a process has used by now. */
interface Usage {
  /** Seconds. */
  readonly cpu: number
  /** Mebibytes. */
  readonly rss: number
  /** Connections to backends. */
  readonly sockets: number
}

/** A contender that runs. */
export interface Running {
  readonly url: string
  /** Milliseconds from the start of the process to its first answer of 200. */
  readonly coldStart: number
  usage(): Promise<Usage>
  /** Holds it, so that it takes nothing from the others; lets it continue. */
  hold(): void
  release(): void
  stop(): Promise<void>
}

const folder = join(import.meta.dirname, '../dist')

/** Starts a contender in a process of its own; resolves when it answers. */
export async function startContender(contender: Contender, addresses: Addresses): Promise<Running> {
  const port = await getPort({ host: '127.0.0.1' })
  const url = `http://127.0.0.1:${port}${contender.path ?? '/health'}`
  const began = performance.now()
  const usageProbe = pathToFileURL(join(folder, 'probes/report-usage.js')).href
  const child = spawn(
    process.execPath,
    ['--import', usageProbe, join(folder, 'contenders', `${contender.file}.js`)],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: `${port}`,
        ...addresses,
        ...contender.environment,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const end = endWithUs(child)
  while ((await statusOf(url)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${contender.name} has ended`)
    if (performance.now() > began + PATIENCE) throw new Error(`${contender.name} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return {
    url,
    coldStart: performance.now() - began,
    async usage() {
      child.send('usage')
      const [usage]: Usage[] = await once(child, 'message', { signal: AbortSignal.timeout(PATIENCE) })
      if (!usage) throw new Error(`${contender.name} tells nothing`)
      return usage
    },
    hold: () => void child.kill('SIGSTOP'),
    release: () => void child.kill('SIGCONT'),
    async stop() {
      const ended = once(child, 'exit')
      end()
      await ended
    },
  }
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', () => resolve(undefined))
  })
}
