import { getEventListeners } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { type SmtpServer, startSmtp } from '@watchman/servers'
import { ask as askWatchman, measureLateness, openSockets, untyped } from '@watchman/test-helpers'
import newest from 'nodemailer'
import oldest from 'nodemailer-oldest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { email } from '../src/index.ts'
import { type NodemailerOptions, nodemailerProbe } from '../src/nodemailer.ts'
import { clients, type Settings, type Transporter } from './clients.ts'
import { hanging, refusing, startFullServer, startLingeringServer, startMailServer } from './mail-servers.ts'

const auth = { user: 'app', pass: 'p@ss/word' }
const kinds = [
  ['single', { auth }] as const,
  // A pool sends QUIT before it closes a connection, and waits this long for the answer.
  ['pooled', { auth, pool: true, socketCloseTimeout: 100 }] as const,
]
const SEND = { mode: 'send' } as const
const SILENT = 'the mail server has accepted the connection and says nothing'
const never = new AbortController().signal
const request = new Request('http://localhost/')
const mail = (subject: string) => ({
  from: 'app@example.org',
  to: 'one@example.org',
  subject,
  text: '',
  headers: {},
})

describe.each(clients)('nodemailerProbe(…) with $name', ({ create, cancels }) => {
  const transporters: Transporter[] = []
  let server: SmtpServer

  beforeAll(async () => {
    server = await startSmtp({ auth })
    await vi.waitFor(() => expect(openSockets()).toBe(0), 20_000) // startSmtp has connected to it
  })
  beforeEach(() => server.clear())
  afterEach(async () => {
    for (const transporter of transporters.splice(0)) transporter.close()
    await expect.poll(() => openSockets()).toBe(0)
  })
  afterAll(() => server.stop())

  function transporterOf(settings: Partial<Settings> = {}): Transporter {
    const { host, port } = server
    const transporter = create({ host, port, ...settings })
    transporters.push(transporter)
    return transporter
  }

  /** Runs the probe through a watchman and returns the body. */
  async function ask(transporter: Transporter, options: NodemailerOptions = SEND, timeout = 5000) {
    const check = email(nodemailerProbe(transporter, options), { timeout })
    return (await askWatchman(createWatchman({ checks: [check] }))).text
  }

  const ok = '{"email":{"ok":true}}'
  const failure = (error: RegExp) => ({ email: { ok: false, error: expect.stringMatching(error) } })

  /** Pauses or kills the server for the time of `run`. */
  async function without(state: 'pause' | 'kill', run: () => Promise<void>): Promise<void> {
    await server[state]()
    try {
      await run()
    } finally {
      if (state === 'pause') server.resume()
      else await server.restart()
    }
  }

  describe.each(kinds)('%s', (kind, settings) => {
    test('sends the test mail', async () => {
      expect(await ask(transporterOf(settings))).toBe(ok)
      const [message, ...others] = await server.received()
      expect(others).toEqual([])
      expect(message).toMatchObject({
        from: 'watchman@example.com',
        to: ['to@example.com'],
        body: 'This is a health check by Watchman. There is no need to answer.\r\n',
      })
      const headers = message?.headers.split('\r\n')
      expect(headers).toContain('X-Watchman: true')
      expect(headers).toContain('Subject: Watchman: health check')
      expect(headers).toContain('From: watchman@example.com')
      expect(headers).toContain('To: to@example.com')
    })

    test('sends what the options say, to all recipients', async () => {
      const options = {
        to: ['one@example.org', 'other@example.org'],
        from: 'app@example.org',
        subject: 'Still there?',
        text: 'Yes.',
        headers: { 'X-Team': 'platform', 'Auto-Submitted': 'auto-generated' },
      }
      expect(await ask(transporterOf(settings), options)).toBe(ok)
      const [message] = await server.received()
      expect(message).toMatchObject({ from: options.from, to: options.to, body: 'Yes.\r\n' })
      expect(message?.headers).toContain('Subject: Still there?\r\n')
      expect(message?.headers).toContain('X-Team: platform\r\n')
      expect(message?.headers).toContain('Auto-Submitted: auto-generated\r\n')
      expect(message?.headers).toContain('X-Watchman: true\r\n')
      expect(options.to).toEqual(['one@example.org', 'other@example.org'])
    })

    test('logs in and sends nothing in the mode verify', async () => {
      const transporter = transporterOf(settings)
      expect(await ask(transporter, { mode: 'verify' })).toBe(ok)
      await expect.poll(() => openSockets()).toBe(0)
      const stranger = transporterOf({ ...settings, auth: { ...auth, user: 'stranger' } })
      expect(JSON.parse(await ask(stranger, { mode: 'verify' }))).toEqual(failure(/535/))
      expect(await ask(transporter)).toBe(ok)
      expect(await server.received()).toHaveLength(1)
    })

    test.each(['send', 'verify'] as const)('shows no password when the login fails (%s)', async (mode) => {
      const wrong = { user: 'app', pass: 'an0ther-secret' }
      const body = await ask(transporterOf({ ...settings, auth: wrong }), { mode })
      expect(JSON.parse(body)).toEqual(failure(/^Invalid login: 535 /))
      expect(body).not.toContain('an0ther-secret')
      expect(server.messages).toEqual([])
    })

    test.each(['send', 'verify'] as const)(
      'fails while the server is gone and recovers by itself (%s)',
      async (mode) => {
        const transporter = transporterOf(settings)
        expect(await ask(transporter, { mode })).toBe(ok)
        await without('kill', async () => {
          expect(JSON.parse(await ask(transporter, { mode }))).toEqual(
            failure(new RegExp(`connect ECONNREFUSED 127.0.0.1:${server.port}`)),
          )
        })
        expect(await ask(transporter, { mode })).toBe(ok)
      },
    )

    // What a pool of 6.0.0 sends cannot be cancelled: see "never has more than one mail under way".
    test.each(kind === 'pooled' && !cancels ? (['verify'] as const) : (['send', 'verify'] as const))(
      'times out on a server that hangs, and gives the socket back at once (%s)',
      async (mode) => {
        const transporter = transporterOf(settings)
        await without('pause', async () => {
          const began = performance.now()
          const lateness = measureLateness()
          // The probe cannot see the progress of the connections of a pool.
          const progress = kind === 'pooled' && mode === 'send' ? '' : `${SILENT}: `
          expect(JSON.parse(await ask(transporter, { mode }, 300))).toEqual({
            email: { ok: false, error: `${progress}timed out after 300 ms` },
          })
          expect(performance.now() - began).toBeLessThan(1000 + lateness.total())
          lateness.stop()
          await expect.poll(() => openSockets()).toBe(0)
        })
        expect(await ask(transporter, { mode })).toBe(ok)
      },
    )

    test('leaves no listener and no socket behind, however often it is asked', async () => {
      const transporter = transporterOf(settings)
      const probe = nodemailerProbe(transporter, { mode: 'verify' })
      const controller = new AbortController()
      for (let run = 0; run < 20; run += 1) await probe(controller.signal)
      expect(getEventListeners(controller.signal, 'abort')).toEqual([])
      await expect.poll(() => openSockets()).toBe(0)
    })

    test('leaves the mail of others alone when it times out', async () => {
      const transporter = transporterOf({ ...settings, maxConnections: 2 })
      let other: Promise<unknown> = Promise.resolve()
      await without('pause', async () => {
        other = transporter.sendMail(mail('From the app'))
        await ask(transporter, SEND, 200)
      })
      await other
      const received = await server.received()
      expect(received.filter(({ headers }) => headers.includes('Subject: From the app'))).toHaveLength(1)
      await transporter.sendMail(mail('Afterwards'))
    })
  })

  test('names how many recipients were refused', async () => {
    const { port, close } = await startMailServer(refusing('nobody@example.org'))
    const transporter = transporterOf({ port })
    const some = { to: ['one@example.org', 'nobody@example.org', 'other@example.org'] }
    expect(JSON.parse(await ask(transporter, some))).toEqual(
      failure(/^the mail server refused 1 of 3 recipients$/),
    )
    expect(JSON.parse(await ask(transporter, { to: 'nobody@example.org' }))).toEqual(failure(/550/))
    await close()
  })

  describe.each([
    ['plain', false, { disabledCommands: ['STARTTLS'] }],
    ['STARTTLS', false, {}],
    ['TLS from the start', true, { secure: true }],
  ])('over %s', (_name, secure, options) => {
    const tls = { rejectUnauthorized: false } // smtp-server has a self-signed certificate

    test.each(['send', 'verify'] as const)('answers (%s)', async (mode) => {
      const seen: boolean[] = []
      const { port, close } = await startMailServer({
        ...options,
        onData(stream, session, callback) {
          seen.push(session.secure)
          stream.resume().on('end', callback)
        },
      })
      expect(await ask(transporterOf({ port, secure, tls }), { mode })).toBe(ok)
      expect(seen).toEqual(mode === 'send' ? [!('disabledCommands' in options)] : [])
      const strict = await ask(transporterOf({ port, secure }), { mode })
      if ('disabledCommands' in options) expect(strict).toBe(ok)
      else expect(JSON.parse(strict)).toEqual(failure(/self.signed certificate|certificate has expired/))
      await close()
    })

    test('closes its connection when the mail is not taken in time, and no other', async () => {
      const { port, connections, close } = await startMailServer({ ...hanging, ...options })
      const transporter = transporterOf({ port, secure, tls })
      const other = expect(transporter.sendMail(mail('From the app'))).rejects.toThrow()
      await expect.poll(() => connections()).toBe(1)
      const asked = ask(transporter, SEND, 2000)
      await expect.poll(() => connections()).toBe(2)
      expect(JSON.parse(await asked)).toEqual(failure(/^timed out after 2000 ms$/))
      await expect.poll(() => connections()).toBe(1)
      await close()
      await other
    })
  })

  test.each(['send', 'verify'] as const)(
    'keeps no socket where the server never closes its side (%s)',
    async (mode) => {
      const { port, closed, close } = await startLingeringServer()
      expect(await ask(transporterOf({ port }), { mode })).toBe(ok)
      await expect.poll(() => closed()).toBe(1)
      expect(openSockets()).toBe(1) // that of the server
      await close()
    },
  )

  test.each(['send', 'verify'] as const)(
    'fails with a readable message when the server does not offer TLS (%s)',
    async (mode) => {
      const { port, close } = await startMailServer({ disabledCommands: ['STARTTLS'] })
      expect(JSON.parse(await ask(transporterOf({ port, secure: true }), { mode }))).toEqual(
        failure(/^the mail server does not start with TLS on this port, as secure: true requires$/),
      )
      await close()
    },
  )

  test.each(['send', 'verify'] as const)('shows that there is no connection yet (%s)', async (mode) => {
    const full = await startFullServer()
    expect(JSON.parse(await ask(transporterOf({ port: full.port }), { mode }, 300))).toEqual(
      failure(/^no connection to the mail server yet: timed out after 300 ms$/),
    )
    await full.close()
  })

  test('reports a deadline that has passed before it starts, without connecting', async () => {
    const reason = new Error('over')
    const { port, close } = await startMailServer({ onConnect: () => expect.unreachable() })
    for (const mode of ['send', 'verify'] as const) {
      const probe = nodemailerProbe(transporterOf({ port }), { mode })
      await expect(probe(AbortSignal.abort(reason))).rejects.toBe(reason)
    }
    await close()
  })
})

describe('nodemailerProbe(…) with a pool', () => {
  test('never has more than one mail under way where the client cannot cancel it', async () => {
    const { port, connections, close } = await startMailServer(hanging)
    const transporter = oldest.createTransport({ host: '127.0.0.1', port, pool: true, ignoreTLS: true })
    const sendMail = vi.spyOn(transporter, 'sendMail')
    const watchman = createWatchman({
      checks: [email(nodemailerProbe(transporter, SEND), { timeout: 200, ttl: 0 })],
    })
    for (let run = 0; run < 3; run += 1) {
      expect(await (await watchman.status(request)).json()).toEqual({
        email: { ok: false, error: 'timed out after 200 ms' },
      })
    }
    expect(sendMail).toHaveBeenCalledTimes(1)
    expect(await connections()).toBe(1)
    await close() // ends the one under way
    await expect(sendMail.mock.results[0]?.value).rejects.toThrow()
    expect(await (await watchman.status(request)).json()).toEqual({
      email: { ok: false, error: expect.stringContaining('ECONNREFUSED') },
    })
    expect(sendMail).toHaveBeenCalledTimes(2)
    transporter.close()
  })

  test('shows that the application has all its connections in use', async () => {
    const { port, close } = await startMailServer(hanging)
    const transporter = newest.createTransport({
      host: '127.0.0.1',
      port,
      pool: true,
      maxConnections: 2,
      ignoreTLS: true,
    })
    const check = email(nodemailerProbe(transporter, SEND), { timeout: 200, ttl: 0 })
    const watchman = createWatchman({ checks: [check] })
    const others = [transporter.sendMail(mail('one'))]
    // One of two is free: it is the server that hangs.
    expect(await (await watchman.status(request)).text()).toContain('"timed out after 200 ms"')
    others.push(transporter.sendMail(mail('other')))
    expect(await (await watchman.status(request)).json()).toEqual({
      email: { ok: false, error: 'pool has no free connection (2 of 2 in use): timed out after 200 ms' },
    })
    expect(transporter.transporter).toMatchObject({ _queue: [] })
    transporter.close({ force: true })
    expect(await Promise.allSettled(others)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    await close()
  })
})

describe('nodemailerProbe(…) with the other transports', () => {
  const folder = join(tmpdir(), `watchman-email-${process.pid}`)
  const sendmail = join(folder, 'sendmail')
  beforeAll(() => {
    mkdirSync(folder)
    writeFileSync(sendmail, '#!/bin/sh\nexec cat > /dev/null\n', { mode: 0o755 })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['json', newest.createTransport({ jsonTransport: true })],
    ['stream', newest.createTransport({ streamTransport: true, buffer: true })],
    ['json 6.0.0', oldest.createTransport({ jsonTransport: true })],
    ['sendmail', newest.createTransport({ sendmail: true, path: sendmail })],
  ])('is ok where the mail is taken (%s)', async (_name, transporter) => {
    const sendMail = vi.spyOn(transporter, 'sendMail')
    await nodemailerProbe(transporter, SEND)(never)
    expect(await sendMail.mock.results[0]?.value).toMatchObject({ envelope: { to: ['to@example.com'] } })
  })

  test('fails where the mail is not taken', async () => {
    const transporter = newest.createTransport({ sendmail: true, path: '/bin/false' })
    await expect(async () => nodemailerProbe(transporter, SEND)(never)).rejects.toThrow(
      'Sendmail exited with code 1',
    )
  })

  test('refuses to verify where there is no login', () => {
    const transporter = newest.createTransport({ jsonTransport: true })
    expect(() => nodemailerProbe(transporter, { mode: 'verify' })).toThrow(
      '[watchman] nodemailerProbe(…) cannot verify the transport JSONTransport, which has no login: set the option to, the recipient of a test mail',
    )
  })

  test.each([
    ['a Proxy', (transporter: Transporter) => new Proxy(transporter, {})],
    ['frozen', (transporter: Transporter) => Object.freeze(transporter)],
    [
      'frozen, with its transport',
      (transporter: Transporter) => {
        Object.freeze(transporter.transporter)
        return Object.freeze(transporter)
      },
    ],
    [
      'closed', // which means something only to a pool
      (transporter: Transporter) => {
        transporter.close()
        return transporter
      },
    ],
  ])('accepts a transporter that is %s', async (_what, change) => {
    for (const { create } of clients) {
      const { port, connections, close } = await startMailServer(hanging)
      const transporter = change(create({ host: '127.0.0.1', port, ignoreTLS: true }))
      await nodemailerProbe(transporter)(never)
      const controller = new AbortController()
      const sent = Promise.resolve(nodemailerProbe(transporter, SEND)(controller.signal))
      await expect.poll(() => connections()).toBe(1)
      const reason = new Error('over')
      controller.abort(reason)
      await expect(sent).rejects.toMatchObject({ cause: reason })
      await expect.poll(() => connections()).toBe(0)
      await close()
    }
  })

  test('settles at once when the proxy of the transporter never connects', async () => {
    for (const mode of ['send', 'verify'] as const) {
      const transporter = newest.createTransport({ host: 'mail.invalid', getSocket() {} })
      const controller = new AbortController()
      const asked = Promise.resolve(nodemailerProbe(transporter, { mode })(controller.signal))
      await new Promise((resolve) => setImmediate(resolve))
      controller.abort(new Error('over'))
      await expect(asked).rejects.toThrow('no connection to the mail server yet')
    }
  })

  test('settles at once when a transport cannot be cancelled, and asks it nothing more meanwhile', async () => {
    const send = vi.fn()
    const verify = vi.fn(() => new Promise<true>(() => {}))
    const transporter = newest.createTransport({ name: 'Telegraph', version: '1', send, verify })
    for (const mode of ['send', 'verify'] as const) {
      const probe = nodemailerProbe(transporter, { mode })
      for (const reason of [new Error('first'), new Error('second')]) {
        const controller = new AbortController()
        const asked = Promise.resolve(probe(controller.signal))
        await new Promise((resolve) => setImmediate(resolve))
        controller.abort(reason)
        await expect(asked).rejects.toBe(reason)
      }
    }
    expect(send).toHaveBeenCalledTimes(1)
    expect(verify).toHaveBeenCalledTimes(1)
  })

  test('knows the passwords of the transporter, also as a login transmits them', () => {
    const auth = { user: 'app', pass: 'smtp-secret' }
    const transporter = newest.createTransport({ auth, proxy: 'http://me:proxy-secret@proxy.test:3128' })
    expect(nodemailerProbe(transporter).secrets?.()).toEqual(
      expect.arrayContaining([
        'smtp-secret',
        'proxy-secret',
        Buffer.from('smtp-secret').toString('base64'),
        Buffer.from('\0app\0smtp-secret').toString('base64'),
      ]),
    )
    expect(nodemailerProbe(newest.createTransport({})).secrets?.()).toEqual([])
  })

  test('sends what the options said when it was made, and no header that is undefined', async () => {
    const headers: Record<string, string | undefined> = { 'X-Team': 'platform', 'X-Unset': undefined }
    const to = ['one@example.org']
    const transporter = newest.createTransport({ streamTransport: true, buffer: true })
    const sendMail = vi.spyOn(transporter, 'sendMail')
    const probe = nodemailerProbe(transporter, { to, headers })
    to.push('other@example.org')
    headers['X-Team'] = 'other'
    await probe(never)
    expect(sendMail.mock.calls[0]?.[0]).toMatchObject({
      to: ['one@example.org'],
      headers: { 'X-Watchman': 'true', 'X-Team': 'platform' },
    })
    expect(sendMail.mock.calls[0]?.[0]).not.toHaveProperty(['headers', 'X-Unset'])
  })

  test('connects through the proxy of the transporter, and closes that connection too', async () => {
    const { port, connections, close } = await startMailServer(hanging)
    const transporter = newest.createTransport({
      host: 'mail.invalid',
      ignoreTLS: true,
      getSocket(_options, callback) {
        const connection = connect(port, '127.0.0.1', () => callback(null, { connection }))
      },
    })
    for (const mode of ['send', 'verify'] as const) {
      const controller = new AbortController()
      const asked = Promise.resolve(nodemailerProbe(transporter, { mode })(controller.signal))
      if (mode === 'verify') await asked
      else {
        await expect.poll(() => connections()).toBe(1)
        controller.abort(new Error('over'))
        await expect(asked).rejects.toMatchObject({ cause: new Error('over') })
      }
      await expect.poll(() => connections()).toBe(0)
    }
    await close()
  })
})

describe('nodemailerProbe(…) refuses', () => {
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an Object', { send() {} }],
    ['an Object', { sendMail() {}, transporter: null }],
    ['a string', 'smtp://user:password@mail'],
  ])('%s in place of a transporter', (found, value) => {
    expect(() => nodemailerProbe(untyped(value))).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `[watchman] nodemailerProbe(…) expects a transporter of the nodemailer package, as createTransport returns it, not ${found}`,
      }),
    )
  })

  const recipients = 'option to of nodemailerProbe must be an address or a non-empty array of addresses, not'

  test.each<[string, object, string]>([
    [
      'an unknown option',
      { mod: 'verify' },
      'nodemailerProbe has no option "mod": its options are mode, to, from,',
    ],
    [
      'an unknown mode',
      { mode: 'ping' },
      "option mode of nodemailerProbe must be 'send' or 'verify', not a string",
    ],
    ['an empty list of recipients', { to: [] }, `${recipients} an empty array`],
    ['an empty recipient', { to: '' }, `${recipients} an empty string`],
    ['a recipient that is not a string', { to: [5] }, `${recipients} an array`],
    [
      'headers that are a string',
      { headers: 'X-Team: a' },
      'option headers of nodemailerProbe must be an object of strings, not a string',
    ],
    [
      'a header that is not a string',
      { headers: { 'X-Team': 5 } },
      'option headers of nodemailerProbe must be an object of strings',
    ],
    ['an empty sender', { from: '' }, 'option from of nodemailerProbe must be a non-empty string'],
    [
      'a body that is not a string',
      { text: null },
      'option text of nodemailerProbe must be a string, not null',
    ],
    [
      'an unknown way to be busy',
      { busy: true },
      "option busy of nodemailerProbe must be 'degraded' or 'failing', not true",
    ],
  ])('%s', (_what, options, message) => {
    const transporter = newest.createTransport({ jsonTransport: true })
    expect(() => nodemailerProbe(transporter, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    )
  })
})
