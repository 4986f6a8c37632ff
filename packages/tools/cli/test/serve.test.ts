import { once } from 'node:events'
import { get } from 'node:http'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { missing, startRedis } from '@watchman/servers'
import { listen } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folderWith, start, watchman } from './watchman.ts'

/** Starts the command on a free port, and waits until it listens. */
async function serve(parameters: readonly string[], environment: Readonly<Record<string, string>>) {
  const running = start(['serve', '--port', '0', ...parameters], { folder: await folderWith(), environment })
  const [, url = ''] = await running.written(/listens on (\S+)/)
  return { ...running, url }
}

describe('serve', () => {
  test('serves the backends that the environment names', async () => {
    const { url, child, ended } = await serve([], { STORAGE_PATH: '.' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/watchman\/$/)
    const response = await fetch(url)
    expect([response.status, await response.json()]).toEqual([200, { storage: { ok: true } }])
    expect(await (await fetch(`${url}ping`)).text()).toBe('pong')
    const page = await fetch(`${url}dashboard`)
    expect([page.status, page.headers.get('Content-Type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect(await page.text()).toContain('storage')
    expect((await fetch(new URL('/', url))).status).toBe(404)
    child.kill('SIGTERM')
    expect(await ended).toEqual({
      code: 0,
      stdout: `Watchman listens on ${url} (open to everyone on this machine; set WATCHMAN_TOKENS to protect it)\n`,
      stderr: '',
    })
  })

  describe('on a loopback address', () => {
    const forbidden = [
      403,
      { error: 403, message: expect.stringContaining('Only host names of this machine') },
    ]

    /** Requests a path with a `Host` header of its own. */
    async function ask(url: string, host: string) {
      const [response] = await once(get(url, { headers: { host }, agent: false }), 'response')
      const body = await text(response)
      return [
        response.statusCode,
        response.headers['content-type'] === 'application/json' ? JSON.parse(body) : body,
      ]
    }

    test('answers only host names of this machine, if there are no tokens', async () => {
      const { url } = await serve([], { STORAGE_PATH: '.' })
      for (const host of [
        ...[
          'evil.example',
          'evil.example:8000',
          '127.0.0.1.evil.example',
          'localhost.evil.example',
          '10.0.0.1',
        ],
        ...['[::2]', '0.0.0.0', 'not a host'],
      ]) {
        for (const path of ['', 'bare', 'ping', 'dashboard', 'nowhere']) {
          expect([host, path, ...(await ask(url + path, host))]).toEqual([host, path, ...forbidden])
        }
      }
      const names = [
        'localhost',
        'LOCALHOST:1',
        'app.localhost',
        'localhost.',
        '127.0.0.1:8000',
        '127.9.9.9',
        '[::1]:80',
      ]
      for (const host of names)
        expect([host, ...(await ask(`${url}ping`, host))]).toEqual([host, 200, 'pong'])
    })

    test('answers a client of HTTP/1.0, which sends no host name', async () => {
      const { url } = await serve([], { STORAGE_PATH: '.' })
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname)
      socket.write('GET /watchman/ping HTTP/1.0\r\n\r\n')
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*pong$/s)
    })

    test('answers every host name, if there are tokens', async () => {
      const { url } = await serve([], { STORAGE_PATH: '.', WATCHMAN_TOKENS: 'T' })
      expect(await ask(`${url}?watchman-token=T`, 'evil.example')).toEqual([200, { storage: { ok: true } }])
      expect(await ask(url, 'evil.example')).toEqual([403, { error: 403, message: 'Forbidden' }])
    })

    test('answers only those host names, if the configuration exports a Watchman instance', async () => {
      const source = `
        import { createWatchman } from '@watchman/core'
        export default createWatchman({ checks: [function app() { return {} }] })
      `
      const running = start(['serve', '--port', '0'], {
        folder: await folderWith({ 'watchman.config.mjs': source }),
      })
      const [, url = ''] = await running.written(/listens on (\S+)/)
      expect(await ask(`${url}ping`, 'evil.example')).toEqual(forbidden)
      expect(await ask(`${url}ping`, 'localhost')).toEqual([200, 'pong'])
    })
  })

  test('answers every host name on an address that others can reach', async () => {
    const { url, child, ended } = await serve(['--host', '0.0.0.0'], { STORAGE_PATH: '.' })
    const headers = { host: 'status.example' }
    const [response] = await once(get(`${url}ping`, { headers, agent: false }), 'response')
    expect([response.statusCode, await text(response)]).toEqual([200, 'pong'])
    child.kill('SIGTERM')
    expect((await ended).stdout).toContain(
      '(open to everyone who can reach it; set WATCHMAN_TOKENS to protect it)',
    )
  })

  test('takes the tokens, their parameter and the status of failures from the environment', async () => {
    const { url, child, ended } = await serve(['--base', '/'], {
      STORAGE_PATH: '/nowhere',
      WATCHMAN_TOKENS: 'one,two',
      WATCHMAN_TOKEN_NAME: 'key',
      WATCHMAN_ERROR_CODE: '503',
      WATCHMAN_EXPOSE_VERSION: 'true',
    })
    expect((await fetch(url)).status).toBe(403)
    const response = await fetch(`${url}?key=two`)
    expect([response.status, response.headers.get('X-Watchman-Version')]).toEqual([503, '0.0.0'])
    await response.body?.cancel()
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    expect([code, stdout]).toEqual([0, `Watchman listens on ${url}\n`])
    expect(stderr).toMatch(/^\[watchman\] storage failed: \/nowhere does not exist.*\n$/)
  })

  const app = 'checks: [function app() { return { app: { ok: true } } }]'

  test.each(['undefined', "''", '[]', '[undefined]'])(
    'is closed where the tokens of the configuration are %s, and says so',
    async (tokens) => {
      const running = start(['serve', '--port', '0'], {
        folder: await folderWith({ 'watchman.config.mjs': `export default { ${app}, tokens: ${tokens} }` }),
      })
      const [, url = ''] = await running.written(/listens on (\S+)/)
      const response = await fetch(url)
      expect([response.status, await response.json()]).toEqual([
        403,
        { error: 403, message: expect.stringContaining('No token is configured: set the option tokens') },
      ])
      expect((await fetch(`${url}bare`)).status).toBe(200)
      running.child.kill('SIGTERM')
      const { stdout, stderr } = await running.ended
      expect(stdout).toBe(`Watchman listens on ${url}\n`)
      expect(stderr).toMatch(/^\[watchman\] No token is configured: [^\n]+\n$/)
    },
  )

  test('takes the tokens from the environment where those of the configuration are undefined', async () => {
    const running = start(['serve', '--port', '0'], {
      folder: await folderWith({
        'watchman.config.mjs': `export default { ${app}, tokens: process.env.UNSET }`,
      }),
      environment: { WATCHMAN_TOKENS: 'one' },
    })
    const [, url = ''] = await running.written(/listens on (\S+)/)
    expect((await fetch(url)).status).toBe(403)
    expect((await fetch(`${url}?watchman-token=one`)).status).toBe(200)
  })

  test('is open with tokens: false, and says so', async () => {
    const running = start(['serve', '--port', '0'], {
      folder: await folderWith({ 'watchman.config.mjs': `export default { ${app}, tokens: false }` }),
    })
    const [, url = ''] = await running.written(/listens on (\S+) \(open to everyone/)
    expect((await fetch(url)).status).toBe(200)
  })

  test('prefers WATCHMAN_FAILING_STATUS to the name of django-watchman', async () => {
    const environment = {
      STORAGE_PATH: '/nowhere',
      WATCHMAN_ERROR_CODE: '503',
      WATCHMAN_FAILING_STATUS: '507',
    }
    const { url } = await serve([], environment)
    expect((await fetch(url)).status).toBe(507)
  })

  test('takes the status of degraded targets from the environment', async () => {
    const minor = "{ name: 'minor', critical: false, run: () => ({ minor: { ok: false } }) }"
    const running = start(['serve', '--port', '0'], {
      folder: await folderWith({ 'watchman.config.mjs': `export default { checks: [${minor}] }` }),
      environment: { WATCHMAN_DEGRADED_STATUS: '299' },
    })
    const [, url = ''] = await running.written(/listens on (\S+)/)
    expect((await fetch(url)).status).toBe(299)
  })

  test.each([
    [
      'a view at its path',
      "{ name: 'mine', setup: (host) => host.view('dashboard', () => new Response('mine')) }",
      'mine',
    ],
    ['a dashboard with options', "dashboard({ title: 'My title' })", 'My title'],
  ])('adds no dashboard to a configuration with %s', async (_, plugin, text) => {
    const source = `
      import { dashboard } from '@watchman/dashboard'
      export default { checks: [function app() { return {} }], plugins: [${plugin}] }
    `
    const running = start(['serve', '--port', '0'], {
      folder: await folderWith({ 'watchman.config.ts': source }),
    })
    const [, url] = await running.written(/listens on (\S+)/)
    expect(await (await fetch(`${url}dashboard`)).text()).toContain(text)
  })

  test.each([
    [['--base', 'watchman'], "--base must be a path as URLs contain it, such as '/watchman'\n", 2],
    [['--host', 'nowhere.invalid'], 'cannot listen on nowhere.invalid, port 0: the host is unknown: ', 1],
    [
      ['--host', '203.0.113.1'],
      'cannot listen on 203.0.113.1, port 0: this machine does not have the address: ',
      1,
    ],
  ])('reports the mistake in %j', async (parameters, message, code) => {
    const environment = { STORAGE_PATH: '.' }
    const ended = await watchman(['serve', '--port', '0', ...parameters], {
      folder: await folderWith(),
      environment,
    })
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(/^watchman-health: .*\n$/)
    expect(ended.stderr).toContain(`watchman-health: ${message}`)
  })

  test('reports a port that is in use', async () => {
    const other = await listen(createServer())
    onTestFinished(other.close)
    const port = `${other.port}`
    const call = { folder: await folderWith(), environment: { STORAGE_PATH: '.' } }
    expect(await watchman(['serve', '--port', port], call)).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: cannot listen on 127.0.0.1, port ${port}: the port is in use: choose another with --port\n`,
    })
  })

  const reason = missing('redis')
  test.skipIf(reason)(
    `exits on SIGTERM while a Redis server hangs and a request waits for it ${reason ?? ''}`,
    async () => {
      const redis = await startRedis()
      onTestFinished(() => redis.stop())
      redis.pause()
      const { url, child, ended } = await serve([], { REDIS_URL: redis.url, WATCHMAN_TIMEOUT: '600000' })
      const waiting = once(get(url), 'response').then(([response]) => response.resume().statusCode)
      // One that comes later is answered: so that one has arrived.
      for (let answered = 0; answered < 3; answered += 1) await (await fetch(`${url}ping`)).text()
      child.kill('SIGTERM')
      expect(await waiting).toBe(503)
      expect((await ended).code).toBe(0)
    },
  )
})
