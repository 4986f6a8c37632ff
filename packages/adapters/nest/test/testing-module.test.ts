import 'reflect-metadata'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test } from '@nestjs/testing'
import { defineCheck } from '@watchman/core'
import { askServer } from '@watchman/test-helpers'
import { expect, onTestFinished, test } from 'vitest'
import { WatchmanModule } from '../src/index.ts'

const POOL = Symbol('pool')
const database = {
  module: class Database {},
  providers: [{ provide: POOL, useValue: { query: async () => 'the real database' } }],
  exports: [POOL],
}
const watchman = WatchmanModule.forRootAsync({
  imports: [database],
  inject: [POOL],
  useFactory: (pool: { query(): Promise<string> }) => ({
    checks: [defineCheck('database', async () => ({ database: await pool.query() }))],
  }),
})

test.each([
  ['Express', undefined],
  ['Fastify', new FastifyAdapter()],
])('a testing module on %s answers with the providers that the test replaces', async (_, adapter) => {
  const testing = Test.createTestingModule({ imports: [watchman] })
  const module = await testing
    .overrideProvider(POOL)
    .useValue({ query: async () => 'replaced' })
    .compile()
  const app = adapter ? module.createNestApplication(adapter) : module.createNestApplication()
  onTestFinished(() => app.close())
  await app.listen(0, '127.0.0.1')
  const { status, text } = await askServer(`${await app.getUrl()}/watchman/`)
  expect([status, text]).toEqual([200, '{"database":"replaced"}'])
})
