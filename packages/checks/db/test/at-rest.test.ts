import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWatchman, type Probe } from '@watchman/core'
import { type DatabaseServer, missing, startMariadb, startPostgres } from '@watchman/servers'
import { createConnection, createPool } from 'mysql2'
import mysqlPromise from 'mysql2/promise'
import postgres from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../src/index.ts'
import { mysql2 } from '../src/mysql2.ts'
import { pg } from '../src/pg.ts'

interface Subject {
  /** The name of a variable that holds the client. */
  readonly name: string
  /** Opens the client in an application of its own: makes `client` and `socket` of `url`. */
  readonly script: string
  /** Whether a connection that breaks while nobody uses it ends that application. */
  readonly ends: boolean
  /** Opens the client here; calls `listen` with it before it is used. */
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
    ends: true,
    async open(url) {
      const client = new postgres.Pool({ connectionString: url })
      return { client, probe: pg(client), end: () => client.end() }
    },
  },
  {
    name: 'client',
    script: `import pg from 'pg'
      const client = new pg.Client(url)
      await client.connect()
      const socket = client.connection.stream`,
    ends: true,
    async open(url) {
      const client = new postgres.Client(url)
      await client.connect()
      return { client, probe: pg(client), end: () => client.end() }
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
    ends: false,
    async open(url) {
      const client = createPool(url)
      return { client, probe: mysql2(client), end: () => client.promise().end() }
    },
  },
  {
    name: 'connection',
    script: `import { createConnection } from 'mysql2'
      const client = createConnection(url)
      await client.promise().connect()
      const socket = client.stream`,
    ends: true,
    async open(url) {
      const client = createConnection(url)
      return { client, probe: mysql2(client), end: () => client.destroy() }
    },
  },
  {
    name: 'connection of mysql2/promise',
    script: `import { createConnection } from 'mysql2/promise'
      const client = await createConnection(url)
      const socket = client.connection.stream`,
    ends: false,
    async open(url) {
      const client = await mysqlPromise.createConnection(url)
      return { client, probe: mysql2(client), end: () => client.destroy() }
    },
  },
]

/** Breaks the connection of an application at rest; returns whether the application goes on. */
async function survives(server: DatabaseServer, script: string, listener: string): Promise<boolean> {
  const program = `const url = process.argv[1]
    ${script}
    ${listener}
    socket.on('close', () => setTimeout(() => process.exit(0), 100))
    console.log('at rest')`
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

/** What is logged when the probe is asked. */
async function adviceOn(probe: Probe): Promise<readonly string[]> {
  const lines: string[] = []
  const logger = { info() {}, error() {}, warn: (_: object, message: string) => void lines.push(message) }
  const watchman = createWatchman({ checks: [databases({ default: probe }, { ttl: 0 })], logger })
  await watchman.run()
  await watchman.run()
  await watchman.close()
  return lines
}

describe.each([
  ['pg', missing('postgres'), startPostgres, pgSubjects],
  ['mysql2', missing('mariadb'), startMariadb, mysqlSubjects],
] as const)('%s', (_, absent, start, subjects) => {
  describe.skipIf(absent)(`without a listener for errors ${absent ?? ''}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    describe.each(subjects)('a $name', ({ name, script, ends, open }) => {
      it(`${ends ? 'ends the process' : 'goes on'} when its connection breaks at rest`, async () => {
        expect(await survives(server, script, '')).toBe(!ends)
      })

      it('goes on with a listener', async () => {
        expect(await survives(server, script, `client.on('error', () => {})`)).toBe(true)
      })

      it(`${ends ? 'is advised once to have one' : 'needs none, and no advice'}`, async () => {
        const { client, probe, end } = await open(server.url)
        const advice = `[watchman] databases.default: the ${name} has no 'error' listener, so that it ends the process`
        expect(await adviceOn(probe)).toEqual(ends ? [expect.stringContaining(advice)] : [])
        client.on('error', () => {})
        expect(await adviceOn(probe)).toEqual([])
        await end()
      })

      it('ends no process when its connection breaks while it is asked', async () => {
        const { client, probe, end } = await open(server.url)
        await probe(new AbortController().signal)
        const listeners = client.listenerCount('error')
        server.pause()
        const answer = Promise.resolve(probe(new AbortController().signal))
        const failure = expect(answer).rejects.toThrow(/Connection terminated|Connection lost|ECONNRESET/)
        await server.kill()
        await failure // an error that nobody hears would fail the run of the tests
        if (name === 'pool') expect(client.listenerCount('error')).toBe(listeners)
        await server.restart()
        await end()
      })
    })
  })
})
