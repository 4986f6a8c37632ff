import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { AppModule, Orders } from './app.module'

let app: INestApplication | undefined

/** Starts the app with `ping` in place of the query, and returns the URL of its status endpoint. */
async function start(ping: () => Promise<void>): Promise<string> {
  const testing = Test.createTestingModule({ imports: [AppModule] })
  const module = await testing.overrideProvider(Orders).useValue({ ping }).compile()
  app = module.createNestApplication()
  await app.listen(0, '127.0.0.1')
  return `${await app.getUrl()}/watchman/`
}

afterEach(() => app?.close())

test('a provider that answers is ok', async () => {
  const response = await fetch(await start(async () => {}))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ databases: [{ orders: { ok: true } }] })
})

test('a provider that rejects fails the endpoint', async () => {
  const response = await fetch(await start(() => Promise.reject(new Error('gone'))))
  expect(response.status).toBe(500)
  expect(await response.json()).toEqual({ databases: [{ orders: { ok: false, error: 'gone' } }] })
})
