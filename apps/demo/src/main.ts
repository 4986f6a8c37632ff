import { serve } from '@hono/node-server'
import { caches } from '@watchman/cache'
import { createWatchman, type Probe } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { databases } from '@watchman/db'
import { email } from '@watchman/email'
import { honoHandler } from '@watchman/hono'
import { storage } from '@watchman/storage'
import getPort from 'get-port'
import { Hono } from 'hono'
import { startCaches } from './caches.ts'
import { startDatabases } from './databases.ts'
import { startMail } from './mail.ts'
import type { Service } from './service.ts'
import { startBuckets, startFolder } from './storages.ts'

const host = '127.0.0.1'
const port = Number(process.env.PORT || 8000)

/** Prints why the demo cannot start, and exits. */
function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

if (!Number.isInteger(port) || port < 1 || port > 65535) {
  fail(`PORT is "${process.env.PORT}", and must be a number from 1 to 65535: PORT=8000 npm start`)
}
const free = await getPort({ port, host })
if (free !== port) {
  const next = await getPort({ port: Array.from({ length: 20 }, (_, index) => port + index + 1), host })
  fail(`Port ${port} is taken, ${next} is free: PORT=${next} npm start`)
}

console.log('Starting a database, a cache, a mail server and a storage ...')
const folder = await startFolder()
const services = {
  databases: await startDatabases(process.env),
  caches: startCaches(process.env),
  email: { email: await startMail(process.env) },
  storage: { default: folder, ...startBuckets(process.env) },
}
const all: readonly Service[] = Object.values(services).flatMap((kind) => Object.values<Service>(kind))

const probes = (kind: Readonly<Record<string, Service>>): Readonly<Record<string, Probe>> =>
  Object.fromEntries(Object.entries(kind).map(([name, { probe }]) => [name, probe]))

const watchman = createWatchman({
  checks: [
    databases(probes(services.databases)),
    caches(probes(services.caches)),
    email(services.email.email.probe),
    storage(probes(services.storage)),
  ],
  plugins: [dashboard({ title: 'Watchman demo' })],
  tokens: process.env.WATCHMAN_TOKENS ?? false, // open unless it is set: the demo listens on this machine alone
  logger: console,
})

const app = new Hono()
  .get('/', (context) => context.redirect('/watchman/dashboard'))
  .route('/watchman', honoHandler(watchman))

const server = serve({ fetch: app.fetch, hostname: host, port }, () => {
  const url = `http://${host}:${port}/watchman`
  console.log(`
Watchman checks
${all.map(({ description }) => `  - ${description}`).join('\n')}

Open
  ${url}/dashboard   the state of each service, as a page
  ${url}/            the same as JSON
  ${url}/bare        the status code alone
  ${url}/ping        whether the process answers, without running a check

Break something, and look again
  rm -r ${folder.path}       then mkdir it to repair it
Or connect a server of yours, and stop it
  REDIS_URL=redis://127.0.0.1:6379 npm start
  (also DATABASE_URL, MONGODB_URL, SMTP_URL, S3_BUCKET)

Press Ctrl-C to stop.`)
})

async function shutDown(): Promise<void> {
  server.close()
  await Promise.allSettled([watchman.close(), ...all.map(async (service) => service.close())])
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, shutDown)
  process.on(signal, () => {}) // Ctrl-C sends two signals, from the terminal and from npm: the second must not interrupt the shutdown
}
