// Runs in a separate process, so that its resources can be counted without those of the test.
import { createServer } from 'node:http'
import { caches } from '@watchman/cache'
import { createWatchman, type Target } from '@watchman/core'
import { databases } from '@watchman/db'
import { email } from '@watchman/email'
import { services } from '@watchman/http'
import { nodeHandler } from '@watchman/node'
import { storage } from '@watchman/storage'
import { measureLateness } from '@watchman/test-helpers'
import { openClients } from './chaos-clients.ts'
import { GRACE, LATENESS_HEADER, TIMEOUT, TTL, type Usage } from './chaos-protocol.ts'

const faults: string[] = []
process.on('warning', ({ message, stack }) => {
  // The AWS SDK asks for a newer Node.js; what matters here are listeners and timers that pile up.
  if (!message.startsWith('NodeVersionSupportWarning')) faults.push(`${stack}`)
})
process.on('uncaughtException', (error) => faults.push(`uncaught: ${error.stack}`))
process.on('unhandledRejection', (reason) => faults.push(`unhandled: ${reason}`))

const clients = openClients(JSON.parse(process.argv[2] ?? ''))
const policy = { timeout: TIMEOUT, ttl: TTL, failureTtl: TTL }
const makers = { databases, caches, email, storage, services }

/** The targets of one check, by their names. */
function targetsOf(check: string): Readonly<Record<string, Target>> {
  const own = clients.filter((client) => client.check === check)
  return Object.fromEntries(own.map(({ name, probe }) => [name, probe]))
}

const watchman = createWatchman({
  checks: Object.entries(makers)
    .filter(([check]) => Object.keys(targetsOf(check)).length > 0)
    .map(([check, make]) => make(targetsOf(check), policy)),
})

const lateness = measureLateness()
const handle = nodeHandler(watchman)
const server = createServer((request, response) => {
  const began = performance.now()
  const before = lateness.total()
  response.setHeader(LATENESS_HEADER, Math.round(before))
  response.on('finish', () => {
    const took = performance.now() - began
    const allowed = TIMEOUT + GRACE + lateness.total() - before
    if (took > allowed) faults.push(`answered after ${took} ms, later than ${allowed} ms`)
  })
  return handle(request, response)
})

/** What each client holds; the names say which client. */
function held(): Usage['held'] {
  const counts: Record<string, number> = {}
  for (const client of clients) {
    for (const [what, count] of Object.entries(client.held?.() ?? {})) {
      counts[`${client.check}.${client.name}: ${what}`] = count
    }
  }
  return counts
}

process.on('disconnect', () => process.exit()) // the test process has ended
process.on('message', () => {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.()
  const usage: Usage = {
    heap: process.memoryUsage().heapUsed,
    sockets: process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length,
    held: held(),
    faults: faults.splice(0),
  }
  process.send?.(usage)
})
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
