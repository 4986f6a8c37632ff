import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Logger, Watchman } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { type NodeHandler, nodeHandler } from '@watchman/node'
import { loadConfiguration } from '../configuration.ts'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { mask } from '../mask.ts'
import { oneLine } from '../one-line.ts'
import type { Context } from './context.ts'

/** Options of the command `serve`. */
export interface ServeOptions {
  /** Where it listens; 0 is any port that is free. */
  readonly port: number
  /** The address it listens on. */
  readonly host: string
  /** The path below which the endpoint answers. */
  readonly base: string
}

/** Serves the endpoint until the process is told to end. Returns what it is to end with. */
export async function serve({ port, host, base }: ServeOptions, context: Context): Promise<number> {
  const configuration = await loadConfiguration(context)
  context.onEnd(configuration.close)
  const { views = [], ...options } = configuration.options ?? {}
  const isShown = views.some(({ path }) => path === 'dashboard')
  const watchman = configuration.create({
    logger: options.logger ?? logger,
    views: isShown ? views : [...views, dashboard()],
  })
  context.onEnd(watchman.close)
  const server = createServer(mount(watchman, base))
  context.onEnd(() => new Promise((resolve) => server.close(resolve)))

  const { interrupted } = context
  await listen(server, port, host)
  watchman.start()
  const isOpen = configuration.options && !options.tokens && !options.authorize
  console.log(
    `Watchman is on duty: http://${authorityOf(server, host)}${base.replace(/\/+$/, '')}/` +
      `${isOpen ? ' (open to all who reach it; WATCHMAN_TOKENS closes it)' : ''}`,
  )
  if (!interrupted.aborted) await once(interrupted, 'abort')
  return 0
}

/** Tells of changes in lines. */
const logger: Logger = { info: write, warn: write, error: write }

function write(_details: object, message: string): void {
  console.error(oneLine(mask(message)))
}

function mount(watchman: Watchman, prefix: string): NodeHandler {
  try {
    return nodeHandler(watchman, { prefix })
  } catch (error) {
    throw failure(exitCode.usage, messageOf(error).replace('option prefix of nodeHandler', '--base'))
  }
}

const meanings: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'the port is taken: choose another with --port'],
  ['EACCES', 'this user may not: choose a --port from 1024 on'],
  ['EADDRNOTAVAIL', 'this machine has no such address: choose a --host of its own, or 0.0.0.0 for all'],
  ['ENOTFOUND', 'there is no such host: choose a --host of this machine, or 0.0.0.0 for all'],
])

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const meaning = meanings.get(Object(error).code) ?? messageOf(error)
    throw failure(exitCode.failing, `cannot listen on ${host}, port ${port}: ${meaning}`)
  }
}

function authorityOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
