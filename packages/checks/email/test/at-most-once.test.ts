import { createWatchman } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { email } from '../src/index.ts'
import { type NodemailerOptions, nodemailerProbe } from '../src/nodemailer.ts'
import { clients, type Settings } from './clients.ts'
import { hanging, refusing, startClosingServer, startMailServer } from './mail-servers.ts'

const to = ['one@example.org', 'nobody@example.org']

describe.each(clients)('a mail server is spared by $name', ({ create }) => {
  describe.each([
    ['single', {}],
    ['pooled', { pool: true, socketCloseTimeout: 100 }],
  ] as const)('%s', (_kind, kind) => {
    /** Polls the check ten times a second for some seconds of a clock that the test moves. */
    async function poll(
      settings: Settings,
      options: NodemailerOptions,
      seconds: number,
      timeout = 20_000,
    ): Promise<number> {
      const transporter = create({ ignoreTLS: true, ...settings, ...kind })
      onTestFinished(() => transporter.close())
      const check = email(nodemailerProbe(transporter, options), { timeout })
      const watchman = createWatchman({ checks: [check] })
      vi.useFakeTimers({ toFake: ['performance'] })
      onTestFinished(() => void vi.useRealTimers())
      let status = 0
      for (let turn = 0; turn < 10 * seconds; turn += 1) {
        status = (await ask(watchman, '/bare')).status
        vi.advanceTimersByTime(100)
      }
      await watchman.close()
      return status
    }

    test('that refuses one of two recipients: one mail a minute', async () => {
      const mails = vi.fn()
      const { port, close } = await startMailServer({
        ...refusing('nobody@example.org'),
        onData: (stream, _session, callback) => void stream.resume().on('end', () => callback(mails())),
      })
      onTestFinished(close)
      expect(await poll({ host: '127.0.0.1', port }, { to }, 59)).toBe(500)
      expect(mails).toHaveBeenCalledTimes(1)
      expect(await poll({ host: '127.0.0.1', port }, { to }, 61)).toBe(500)
      expect(mails).toHaveBeenCalledTimes(3)
    })

    test('that takes mails too slowly: one mail a minute', async () => {
      const mails = vi.fn()
      const { port, close } = await startMailServer({
        ...hanging,
        disabledCommands: ['STARTTLS'],
        onData: (stream) => void stream.resume().on('end', mails),
      })
      onTestFinished(close)
      expect(await poll({ host: '127.0.0.1', port }, { to }, 59, 400)).toBe(500)
      expect(mails).toHaveBeenCalledTimes(1)
    })

    test.each([{ to }, {}])('that refuses the password: one login a minute, with %j', async (options) => {
      const logins = vi.fn()
      const { port, close } = await startMailServer({
        disabledCommands: ['STARTTLS'],
        authOptional: false,
        onAuth({ password }, _session, callback) {
          logins(password)
          callback(new Error('Invalid username or password'))
        },
      })
      onTestFinished(close)
      const auth = { user: 'app', pass: 'old-password' }
      expect(await poll({ host: '127.0.0.1', port, auth }, options, 59)).toBe(500)
      expect(logins.mock.calls).toEqual([['old-password']])
    })

    test('that closes the connection instead of acknowledging a mail: one mail a minute', async () => {
      const { port, mails, close } = await startClosingServer()
      onTestFinished(close)
      expect(await poll({ host: '127.0.0.1', port }, { to }, 59)).toBe(500)
      await new Promise((resolve) => setTimeout(resolve, 500)) // a pool would send it again after 50 ms
      expect(mails()).toBe(1)
    })

    test('that is not to be sent anything: without options there is a login and no mail', async () => {
      const mails = vi.fn()
      const logins = vi.fn()
      const { port, close } = await startMailServer({
        disabledCommands: ['STARTTLS'],
        onAuth: ({ username }, _session, callback) => callback(null, { user: logins(username) ?? 'app' }),
        onData: (stream, _session, callback) => void stream.resume().on('end', () => callback(mails())),
      })
      onTestFinished(close)
      const auth = { user: 'app', pass: 'password' }
      const unset = { to: undefined, mode: undefined } // as from unset variables
      expect(await poll({ host: '127.0.0.1', port, auth }, unset, 59)).toBe(200)
      expect(logins).toHaveBeenCalledTimes(1)
      expect(mails).not.toHaveBeenCalled()
    })
  })
})
