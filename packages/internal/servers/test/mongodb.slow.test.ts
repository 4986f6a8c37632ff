import { MongoClient } from 'mongodb'
import { MongoClient as OldestClient } from 'mongodb-oldest'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type MongodbServer, startMongodb } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

const options = { serverSelectionTimeoutMS: 1000 }

async function command(
  client: MongoClient | OldestClient,
  document: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  try {
    await client.connect()
    return await client.db('admin').command(document)
  } finally {
    await client.close()
  }
}

describe.skipIf(process.env.MONGODB_URL)('startMongodb', () => {
  describeLifecycle<MongodbServer>({
    start: startMongodb,
    ask: ({ url }) => command(new MongoClient(url, options), { ping: 1 }),
  })

  describe.each([
    ['the newest driver', MongoClient],
    ['the oldest driver', OldestClient],
  ])('and %s', (_, Client) => {
    test('answers ping and buildInfo, and knows what it does not know', async () => {
      const server = await startMongodb()
      const { url } = server
      expect(await command(new Client(url, options), { ping: 1 })).toMatchObject({ ok: 1 })
      expect(await command(new Client(url, options), { buildInfo: 1 })).toHaveProperty('version')
      const unknown = command(new Client(url, options), { frobnicate: 1 })
      await expect(unknown).rejects.toMatchObject({ code: 59, codeName: 'CommandNotFound' })
      await server.stop()
    })
  })
})

describe('startMongodb with MONGODB_URL', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('hands out that server and refuses to control it', async () => {
    vi.stubEnv('MONGODB_URL', 'mongodb://user:secret@mongo.example:27018,other.example:27019/admin')
    const server = await startMongodb()
    expect(server).toMatchObject({ kind: 'external', host: 'mongo.example', port: 27018 })
    expect(() => server.pause()).toThrow('unset MONGODB_URL')
    await expect(server.kill()).rejects.toThrow('unset MONGODB_URL')
    await server.stop()
  })
})
