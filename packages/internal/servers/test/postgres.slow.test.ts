import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type DatabaseServer, missing, startPostgres } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function query(server: { readonly url: string }, text: string): Promise<unknown> {
  const client = new pg.Client(server.url)
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ readonly value: unknown }>(text)
    return rows[0]?.value
  } finally {
    await client.end()
  }
}

describe.skipIf(missing('postgres'))(`startPostgres ${missing('postgres') ?? ''}`, () => {
  describeLifecycle<DatabaseServer>({
    start: startPostgres,
    ask: (server) => query(server, 'SELECT 1 AS value'),
    write: (server, value) => query(server, `CREATE TABLE kept AS SELECT '${value}' AS value`),
    read: (server) => query(server, 'SELECT value FROM kept'),
  })

  test('asks for the password', async () => {
    const server = await startPostgres()
    const { host, port, user, password, database } = server
    expect(server.url).toBe(`postgres://${user}:${password}@${host}:${port}/${database}`)
    const wrong = `postgres://${user}:wrong@${host}:${port}/${database}`
    await expect(query({ url: wrong }, 'SELECT 1')).rejects.toThrow('password authentication failed')
    await server.stop()
  })

  test('takes settings', async () => {
    const server = await startPostgres({ settings: { max_connections: '7' } })
    expect(await query(server, `SELECT current_setting('max_connections') AS value`)).toBe('7')
    await server.stop()
  })

  test('pauses the connections that are open as well', async () => {
    const server = await startPostgres()
    const client = new pg.Client(server.url)
    client.on('error', () => {})
    await client.connect()
    server.pause()
    const answer = client.query('SELECT 1').then(() => 'answered')
    expect(await Promise.race([answer, sleep(300, 'silent')])).toBe('silent')
    server.resume()
    expect(await answer).toBe('answered')
    await client.end()
    await server.stop()
  })
})
