import { createServer } from 'node:net'
import { createWatchman } from '@watchman/core'
import { ask, listen } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { email } from '../src/index.ts'
import { type NodemailerOptions, nodemailerProbe } from '../src/nodemailer.ts'
import { clients, type Settings, type Transporter } from './clients.ts'
import { acknowledging, startMailServer } from './mail-servers.ts'

const to = 'monitoring@example.org'
const TIMEOUT = 200

describe.each(clients)('a pool of $name', ({ create }) => {
  async function setUp(settings: Partial<Settings>, options: NodemailerOptions = { to }, timeout = TIMEOUT) {
    const mails = acknowledging()
    const { port, close } = await startMailServer(mails.options)
    const transporter = create({
      host: '127.0.0.1',
      port,
      pool: true,
      maxConnections: 1,
      socketCloseTimeout: 100,
      ...settings,
    })
    onTestFinished(async () => {
      transporter.close()
      await close()
    })
    const check = email(nodemailerProbe(transporter, options), { timeout, ttl: 0 })
    const watchman = createWatchman({ checks: [check] })
    return { mails, transporter, watchman }
  }

  /** Sends a mail of the application, which the server acknowledges later. */
  function send(transporter: Transporter): Promise<unknown> {
    return transporter
      .sendMail({ from: 'app@example.org', to: 'user@example.org', subject: '', text: '', headers: {} })
      .catch(() => {}) // at the end of the test
  }

  test('that is busy with the mail of the application is degraded, and says how full it is', async () => {
    const { mails, transporter, watchman } = await setUp({})
    void send(transporter)
    await expect.poll(mails.count).toBe(1)
    const { status, body } = await ask(watchman)
    expect(status).toBe(200)
    expect(body).toEqual({
      email: {
        ok: false,
        error: `pool has no free connection (1 of 1 in use): timed out after ${TIMEOUT} ms`,
      },
    })
    expect((await watchman.report()).state).toBe('degraded')
    mails.release()
    await expect.poll(async () => (await ask(watchman)).body).toEqual({ email: { ok: true } })
  })

  test('that is busy fails where the option busy says so', async () => {
    const { mails, transporter, watchman } = await setUp({}, { to, busy: 'failing' })
    void send(transporter)
    await expect.poll(mails.count).toBe(1)
    expect(await ask(watchman)).toMatchObject({
      status: 500,
      body: { email: { error: expect.stringContaining('pool has no free connection (1 of 1 in use)') } },
    })
  })

  test('that is busy stays degraded while it sends mails, and fails once it sends none', async () => {
    const { mails, transporter, watchman } = await setUp({})
    for (const _ of [1, 2, 3, 4, 5, 6]) void send(transporter)
    for (const _ of [1, 2, 3, 4, 5]) {
      await expect.poll(mails.count).toBe(1)
      expect((await watchman.report()).state).toBe('degraded')
      mails.acknowledge()
    }
    await expect.poll(async () => (await watchman.report()).state, { interval: 10 }).toBe('failing')
    expect((await ask(watchman)).text).toContain('pool has no free connection (1 of 1 in use)')
  })

  test('that has reached its rate limit is degraded, and says so', async () => {
    const { mails, transporter, watchman } = await setUp({ rateLimit: 1, rateDelta: 60_000 })
    const sent = send(transporter)
    await expect.poll(mails.count).toBe(1)
    mails.acknowledge()
    await sent
    expect(await ask(watchman)).toMatchObject({
      status: 200,
      body: {
        email: {
          ok: false,
          error: `pool has reached its rate limit (1 in 60000 ms): timed out after ${TIMEOUT} ms`,
        },
      },
    })
  })

  test('with a free connection and a server that does not answer fails', async () => {
    const { mails, transporter, watchman } = await setUp({ maxConnections: 2 })
    void send(transporter)
    await expect.poll(mails.count).toBe(1)
    expect(await ask(watchman)).toMatchObject({
      status: 500,
      body: { email: { error: `timed out after ${TIMEOUT} ms` } },
    })
  })

  test('whose server closes every connection fails, and is not busy while it waits to connect again', async () => {
    const { port, close } = await listen(createServer((socket) => socket.end()))
    onTestFinished(close)
    const { watchman } = await setUp({ port })
    for (const _ of [1, 2, 3, 4, 5]) {
      expect(await ask(watchman)).toMatchObject({
        status: 500,
        body: { email: { error: `timed out after ${TIMEOUT} ms` } },
      })
    }
  })

  test.each([{ to }, {}])('that was closed fails at once, with %j', async (options) => {
    const { transporter, watchman } = await setUp({}, options)
    transporter.close()
    expect(await ask(watchman)).toMatchObject({
      status: 500,
      body: { email: { error: 'the pool of the transporter was closed' } },
    })
  })

  test('is not waited for to log in', async () => {
    const { mails, transporter, watchman } = await setUp({}, {}, 20_000)
    void send(transporter)
    await expect.poll(mails.count).toBe(1)
    expect((await ask(watchman)).body).toEqual({ email: { ok: true } })
  })
})
