import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isWatchmanError, type Logger, type Plugin, type Watchman } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { dashboard } from '@watchman/dashboard'
import { type NodeHandler, nodeHandler } from '@watchman/node'
import { loadConfiguration } from '../configuration.ts'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { isLoopback } from '../loopback.ts'
import { oneLine } from '../one-line.ts'
import { onlyLoopbackHosts } from '../only-loopback-hosts.ts'
import { optionRule } from '../option-rule.ts'
import type { ProcessContext } from './process-context.ts'

/** Options of the command `serve`. */
export interface ServeOptions {
  /** The port to listen on; 0 is any free port. */
  readonly port: number
  /** The address to listen on. */
  readonly host: string
  /** The path below which the endpoint answers. */
  readonly base: string
}

/** Serves the endpoint until SIGINT or SIGTERM. Returns the exit code. */
export async function serve({ port, host, base }: ServeOptions, context: ProcessContext): Promise<number> {
  const { options, create, close } = await loadConfiguration(context)
  context.onEnd(close)
  const watchman = create({ logger, plugins: [fallbackDashboard] })
  context.onEnd(watchman.close)
  const handler = mount(watchman, base)
  const server = createServer()
  context.onEnd(() => new Promise((resolve) => server.close(resolve)))

  const { interrupted } = context
  await listen(server, port, host)
  const isLocal = isLoopback(addressOf(server)?.address ?? '')
  const isProtected = options && (options.authorize || ('tokens' in options && options.tokens !== false))
  server.on('request', isLocal && !isProtected ? onlyLoopbackHosts(handler) : handler)
  watchman.start()
  const everyone = isLocal ? 'everyone on this machine' : 'everyone who can reach it'
  console.log(
    `Watchman listens on http://${authorityOf(server, host)}${base.replace(/\/+$/, '')}/` +
      `${options && !isProtected ? ` (open to ${everyone}; set WATCHMAN_TOKENS to protect it)` : ''}`,
  )
  if (!interrupted.aborted) await once(interrupted, 'abort')
  return 0
}

/** The dashboard, unless the configuration has a view at its path. */
const fallbackDashboard: Plugin = {
  name: 'watchman-health serve',
  setup(host) {
    try {
      dashboard().setup(host)
    } catch (error) {
      if (!isWatchmanError(error) || error.code !== 'DUPLICATE_NAME') throw error
    }
  },
}

/** Writes changes of state as lines to stderr. */
const logger: Logger = { info: write, warn: write, error: write }

function write(message: string): void {
  console.error(oneLine(message))
}

function mount(watchman: Watchman, prefix: string): NodeHandler {
  try {
    return nodeHandler(watchman, { prefix })
  } catch (error) {
    throw failure(exitCode.usage, `--base ${optionRule(error) ?? messageOf(error)}`)
  }
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'the port is in use: choose another with --port'],
  ['EACCES', 'permission denied: choose a --port from 1024'],
  [
    'EADDRNOTAVAIL',
    'this machine does not have the address: choose a --host of this machine, or 0.0.0.0 for all',
  ],
  ['ENOTFOUND', 'the host is unknown: choose a --host of this machine, or 0.0.0.0 for all'],
])

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    const reason = reasons.get(memberOf(error, 'code')) ?? messageOf(error)
    throw failure(exitCode.failing, `cannot listen on ${host}, port ${port}: ${reason}`)
  }
}

function authorityOf(server: Server, host: string): string {
  return `${host.includes(':') ? `[${host}]` : host}:${addressOf(server)?.port}`
}

function addressOf(server: Server): AddressInfo | undefined {
  const address = server.address()
  return typeof address === 'object' ? (address ?? undefined) : undefined
}
