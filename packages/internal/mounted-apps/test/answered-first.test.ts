import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWatchman, defineCheck } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { recordUncaughtErrors } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { apps } from '../src/apps.ts'
import { send } from './send.ts'

/** What another library does with a response, before the adapter gets the request or while a check runs. */
type Interfere = (response: ServerResponse) => void

const answer: Interfere = (response) => void response.writeHead(503).end('busy')
const destroy: Interfere = (response) => void response.socket?.destroy()
const later =
  (act: Interfere): Interfere =>
  (response) =>
    void setTimeout(act, 10, response)

/** Lets `interfere` have the response of each request first, as agents do. Returns how to stop that. */
function interfereBy(interfere: Interfere): () => void {
  const channel = 'http.server.request.start'
  const act = (message: unknown) => {
    const response = memberOf(message, 'response')
    if (response instanceof ServerResponse) interfere(response)
  }
  subscribe(channel, act)
  return () => void unsubscribe(channel, act)
}

// Hono's server sends responses itself.
const subjects = apps.filter(({ parsesUrls }) => !parsesUrls).map((app) => [app.name, app] as const)

describe.each([
  ['answers first', answer, /^HTTP\/1\.1 503 .*busy/s],
  ['answers while a check runs', later(answer), /^HTTP\/1\.1 503 .*busy/s],
  ['destroys the connection while a check runs', later(destroy), /^$/],
])('beside a library that %s', (_what, interfere, expected) => {
  test.each(subjects)('%s still answers the next', async (_name, app) => {
    const slow = defineCheck('slow', async () => {
      await sleep(30)
      return { slow: 'done' }
    })
    const watchman = createWatchman({ checks: [slow] })
    const { url, close } = await app.start(watchman)
    const { pathname } = new URL(url)
    const uncaught = recordUncaughtErrors()
    try {
      const stop = interfereBy(interfere)
      const received = await send(url, `${pathname}/`).catch(() => '') // destroyed
      stop()
      expect(received).toMatch(expected)
      expect(await send(url, `${pathname}/`)).toContain('{"slow":"done"}')
    } finally {
      await close()
      uncaught.stop()
    }
    expect(uncaught.take()).toEqual([])
  })
})
