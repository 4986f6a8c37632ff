import { serve } from '@hono/node-server'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { apps } from '../src/apps.ts'
import { expectAnswers } from './expect-answers.ts'

const { Request: PlatformRequest, Response: PlatformResponse } = globalThis

// It replaces the global Request and Response by classes of its own.
const server = serve({ fetch: () => new Response('hono'), port: 0, hostname: '127.0.0.1' })
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('beside the server of Hono, which has replaced Request and Response,', () => {
  test('this test means what it says', () => {
    expect(globalThis.Request).not.toBe(PlatformRequest)
    expect(globalThis.Response).not.toBe(PlatformResponse)
  })

  test.each(apps.map((app) => [app.name, app] as const))(
    '%s answers, if its adapter was loaded before',
    async (_name, app) => {
      await expectAnswers(app)
    },
  )

  test('all answer, if the adapters are loaded afterwards', async () => {
    vi.resetModules()
    const later = await import('../src/apps.ts')
    for (const app of later.apps) await expectAnswers(app)
  })
})
