import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { missing, startRedis } from '@watchman/servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folderWith, start, watchman } from './watchman.ts'

/** Starts it on a port that is free, and waits until it listens. */
async function serve(parameters: readonly string[], environment: Readonly<Record<string, string>>) {
  const running = start(['serve', '--port', '0', ...parameters], { folder: await folderWith(), environment })
  const [, url = ''] = await running.written(/on duty: (\S+)/)
  return { ...running, url }
}

describe('serve', () => {
  test('serves the endpoint of what the environment names', async () => {
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
      stdout: `Watchman is on duty: ${url} (open to all who reach it; WATCHMAN_TOKENS closes it)\n`,
      stderr: '',
    })
  })

  test('takes the tokens, the error code and the name of the token from the environment', async () => {
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
    expect([code, stdout]).toEqual([0, `Watchman is on duty: ${url}\n`])
    expect(stderr).toMatch(/^\[watchman\] storage failed: \/nowhere does not exist.*\n$/)
  })

  test('leaves a dashboard of the configuration as it is', async () => {
    const view = "{ path: 'dashboard', render: () => new Response('mine') }"
    const text = `export default { checks: [function app() { return {} }], views: [${view}] }`
    const running = start(['serve', '--port', '0'], {
      folder: await folderWith({ 'watchman.config.mjs': text }),
    })
    const [, url] = await running.written(/on duty: (\S+)/)
    expect(await (await fetch(`${url}dashboard`)).text()).toBe('mine')
  })

  test.each([
    [['--base', 'watchman'], "--base must be a path as it stands in URLs, such as '/watchman'", 2],
    [['--host', 'nowhere.invalid'], 'cannot listen on nowhere.invalid, port 0: there is no such host: ', 1],
    [
      ['--host', '203.0.113.1'],
      'cannot listen on 203.0.113.1, port 0: this machine has no such address: ',
      1,
    ],
  ])('says what is wrong with %j', async (parameters, message, code) => {
    const environment = { STORAGE_PATH: '.' }
    const ended = await watchman(['serve', '--port', '0', ...parameters], {
      folder: await folderWith(),
      environment,
    })
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(/^watchman: .*\n$/)
    expect(ended.stderr).toContain(`watchman: ${message}`)
  })

  test('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const address = other.address()
    const port = `${typeof address === 'object' && address?.port}`
    const call = { folder: await folderWith(), environment: { STORAGE_PATH: '.' } }
    expect(await watchman(['serve', '--port', port], call)).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman: cannot listen on 127.0.0.1, port ${port}: the port is taken: choose another with --port\n`,
    })
  })

  const reason = missing('redis')
  test.skipIf(reason)(
    `ends on SIGTERM while a Redis hangs and a request waits for it ${reason ?? ''}`,
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
