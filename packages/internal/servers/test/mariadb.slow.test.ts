import mysql, { type RowDataPacket } from 'mysql2/promise'
import { describe, expect, test } from 'vitest'
import { type DatabaseServer, missing, startMariadb } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function query(server: { readonly url: string }, text: string): Promise<unknown> {
  const connection = await mysql.createConnection(server.url)
  try {
    const [rows] = await connection.query<RowDataPacket[]>(text)
    return rows[0]?.value
  } finally {
    await connection.end()
  }
}

describe.skipIf(missing('mariadb'))(`startMariadb ${missing('mariadb') ?? ''}`, () => {
  describeLifecycle<DatabaseServer>({
    start: startMariadb,
    ask: (server) => query(server, 'SELECT 1 AS value'),
    write: (server, value) => query(server, `CREATE TABLE kept AS SELECT '${value}' AS value`),
    read: (server) => query(server, 'SELECT value FROM kept'),
  })

  test('asks for the password', async () => {
    const server = await startMariadb()
    const { host, port, user, password, database } = server
    expect(server.url).toBe(`mysql://${user}:${password}@${host}:${port}/${database}`)
    const wrong = `mysql://${user}:wrong@${host}:${port}/${database}`
    await expect(query({ url: wrong }, 'SELECT 1')).rejects.toThrow('Access denied')
    await server.stop()
  })

  test('takes settings', async () => {
    const server = await startMariadb({ settings: { 'max-connections': '11' } })
    expect(await query(server, 'SELECT @@max_connections AS value')).toBe(11)
    await server.stop()
  })
})
