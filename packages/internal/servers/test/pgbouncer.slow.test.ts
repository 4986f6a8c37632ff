import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { type DatabaseServer, missing, startPgbouncer, startPostgres } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function ask({ url }: DatabaseServer): Promise<unknown> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('SELECT 1')
  await client.end()
  return rows
}

const absent = missing('postgres') ?? missing('pgbouncer')

describe.skipIf(absent)(`startPgbouncer ${absent ?? ''}`, () => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  describeLifecycle<DatabaseServer>({ start: () => startPgbouncer({ server }), ask })
})
