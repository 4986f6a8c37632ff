import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWatchman, type Probe } from '@watchman/core'
import { type DatabaseServer, missing, startMariadb, startPostgres } from '@watchman/servers'
import { createConnection, createPool } from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import postgres from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databases } from '../src/index.ts'
import { mysql2Probe } from '../src/mysql2.ts'
import { pgProbe } from '../src/pg.ts'

interface Subject {
  /** The name of a variable that holds the client. */
  readonly name: string
  /** Opens the client in a new process: sets `client` and `socket` from `url`. */
  readonly script: string
  /** Whether an idle connection that breaks crashes that process. */
  readonly crashes: boolean
  /** Opens the client in this process. */
  readonly open: (url: string) => Promise<Opened>
}

interface Opened {
  readonly client: { on(event: 'error', listener: () => void): unknown; listenerCount(event: string): number }
  readonly probe: Probe
  end(): unknown
}

const pgSubjects: readonly Subject[] = [
  {
    name: 'pool',
    script: `import pg from 'pg'
      const client = new pg.Pool({ connectionString: url })
      const lent = await client.connect()
      const socket = lent.connection.stream
      lent.release()`,
    crashes: true,
    async open(url) {
      const client = new postgres.Pool({ connectionString: url })
      return { client, probe: pgProbe(client), end: () => client.end() }
    },
  },
  {
    name: 'client',
    script: `import pg from 'pg'
      const client = new pg.Client(url)
      await client.connect()
      const socket = client.connection.stream`,
    crashes: true,
    async open(url) {
      const client = new postgres.Client(url)
      await client.connect()
      return { client, probe: pgProbe(client), end: () => client.end() }
    },
  },
]

const mysqlSubjects: readonly Subject[] = [
  {
    name: 'pool',
    script: `import { createPool } from 'mysql2'
      const client = createPool(url)
      const lent = await client.promise().getConnection()
      const socket = lent.connection.stream
      lent.release()`,
    crashes: false,
    async open(url) {
      const client = createPool(url)
      return { client, probe: mysql2Probe(client), end: () => client.promise().end() }
    },
  },
  {
    name: 'connection',
    script: `import { createConnection } from 'mysql2'
      const client = createConnection(url)
      await client.promise().connect()
      const socket = client.stream`,
    crashes: true,
    async open(url) {
      const client = createConnection(url)
      return { client, probe: mysql2Probe(client), end: () => client.destroy() }
    },
  },
  {
    name: 'connection of mysql2/promise',
    script: `import { createConnection } from 'mysql2/promise'
      const client = await createConnection(url)
      const socket = client.connection.stream`,
    crashes: false,
    async open(url) {
      const client = await mysqlPromise.createConnection(url)
      return { client, probe: mysql2Probe(client), end: () => client.destroy() }
    },
  },
]

/** Breaks the idle connection of a process; returns whether the process survives. */
async function survives(server: DatabaseServer, script: string, listener: string): Promise<boolean> {
  const program = `const url = process.argv[1]
    ${script}
    ${listener}
    socket.on('close', () => setTimeout(() => process.exit(0), 100))
    console.log('idle')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, server.url], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  await server.kill()
  const [code] = await ended
  await server.restart()
  return code === 0
}

/** The warnings that are logged when the probe runs. */
async function warningsOf(probe: Probe): Promise<readonly string[]> {
  const lines: string[] = []
  const logger = { info() {}, error() {}, warn: (message: string) => void lines.push(message) }
  const watchman = createWatchman({ checks: [databases({ default: probe }, { ttl: 0 })], logger })
  await watchman.report()
  await watchman.report()
  await watchman.close()
  return lines
}

describe.each([
  ['pg', missing('postgres'), startPostgres, pgSubjects],
  ['mysql2', missing('mariadb'), startMariadb, mysqlSubjects],
] as const)('%s', (_, absent, start, subjects) => {
  describe.skipIf(absent)(`without an 'error' listener ${absent ?? ''}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    describe.each(subjects)('a $name', ({ name, script, crashes, open }) => {
      test(`${crashes ? 'crashes the process' : 'survives'} when its idle connection breaks`, async () => {
        expect(await survives(server, script, '')).toBe(!crashes)
      })

      test('survives with a listener', async () => {
        expect(await survives(server, script, `client.on('error', () => {})`)).toBe(true)
      })

      test(crashes ? 'is warned about once' : 'needs no listener and is not warned about', async () => {
        const { client, probe, end } = await open(server.url)
        const warning =
          `[watchman] databases.default: the ${name} has no 'error' listener: ` +
          `a dropped connection crashes the process. Add ${name}.on('error', …)`
        expect(await warningsOf(probe)).toEqual(crashes ? [warning] : [])
        client.on('error', () => {})
        expect(await warningsOf(probe)).toEqual([])
        await end()
      })

      test('survives when its connection breaks during a query', async () => {
        const { client, probe, end } = await open(server.url)
        await probe(new AbortController().signal)
        const listeners = client.listenerCount('error')
        server.pause()
        const answer = Promise.resolve(probe(new AbortController().signal))
        const failure = expect(answer).rejects.toThrow(/Connection terminated|Connection lost|ECONNRESET/)
        await server.kill()
        await failure // an unhandled 'error' event would fail the test run
        if (name === 'pool') expect(client.listenerCount('error')).toBe(listeners)
        await server.restart()
        await end()
      })
    })
  })
})
