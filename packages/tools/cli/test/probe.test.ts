import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWatchman, type WatchmanOptions } from '@watchman/core'
import { nodeHandler } from '@watchman/node'
import { listen } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { watchman } from './watchman.ts'

/** Starts a server on a free port, closed with the test. Returns its URL. */
async function serve(listener: RequestListener): Promise<string> {
  const { port, close } = await listen(createServer(listener))
  onTestFinished(close)
  return `http://127.0.0.1:${port}`
}

function endpoint(ok: boolean, options: WatchmanOptions = {}): Promise<string> {
  return serve(
    nodeHandler(
      createWatchman({
        checks: [
          function app() {
            return { app: { ok } }
          },
        ],
        ...options,
      }),
    ),
  )
}

const silent = { code: 0, stdout: '', stderr: '' }

describe('probe', () => {
  test('prints nothing and exits with 0 if everything is ok', async () => {
    const url = await endpoint(true)
    for (const path of ['/', '/bare', '/ping']) expect(await watchman(['probe', url + path])).toEqual(silent)
  })

  test('prints the response and exits with 1 if something fails', async () => {
    const url = await endpoint(false)
    expect(await watchman(['probe', url])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${url}/ answered 500: {"app":{"ok":false}}\n`,
    })
    expect((await watchman(['probe', `${url}/bare`])).stderr).toBe(
      `watchman-health: ${url}/bare answered 500\n`,
    )
  })

  test('prints the response of a degraded endpoint and exits with 0', async () => {
    const check = { name: 'app', critical: false, run: () => ({ app: { ok: false } }) }
    const url = await endpoint(true, { checks: [check] })
    expect(await watchman(['probe', url])).toEqual({
      code: 0,
      stdout: `${url}/ is degraded: {"app":{"ok":false}}\n`,
      stderr: '',
    })
  })

  test('sends a token from --token or the environment', async () => {
    const url = await endpoint(true, { tokens: 'one' })
    expect(await watchman(['probe', url, '--token', 'one'])).toEqual(silent)
    expect(await watchman(['probe', url], { environment: { WATCHMAN_TOKEN: 'one' } })).toEqual(silent)
    expect(await watchman(['probe', `${url}/?watchman-token=one`])).toEqual(silent)
    expect(await watchman(['probe', `${url}/?watchman-token=other`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${url}/ answered 403: {"error":403,"message":"Forbidden"}\n`,
    })
  })

  test('does not accept the page of another server', async () => {
    const url = await serve((_, response) => response.end('<h1>Welcome</h1>'))
    expect(await watchman(['probe', url.replace('//', '//me:secret@')])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${url}/ answered 200, but not like a Watchman endpoint: pass its URL, or that of its /bare or /ping\n`,
    })
  })

  test('does not follow a redirect, which may lead to a login', async () => {
    const url = await serve((_, response) => response.writeHead(302, { Location: '/login' }).end())
    expect(await watchman(['probe', url])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('answered 302'),
    })
  })

  test('reports a refused connection, a timeout and a server that does not speak HTTP', async () => {
    const refused = await watchman(['probe', 'http://me:secret@127.0.0.1:1/?watchman-token=secret'])
    expect(refused).toEqual({
      code: 1,
      stdout: '',
      stderr: 'watchman-health: http://127.0.0.1:1/ does not answer: connect ECONNREFUSED 127.0.0.1:1\n',
    })
    const url = await serve(() => {})
    expect(await watchman(['probe', url, '--timeout', '200'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${url}/ does not answer: timed out after 200 ms\n`,
    })
    const cut = await serve((request) => request.socket.end('SMTP ready\r\n'))
    expect((await watchman(['probe', cut])).stderr).toMatch(/ does not answer: Parse Error/)
  })

  test('exits with 1 at once if the server switches to another protocol', async () => {
    const server = createServer().on('upgrade', () => {})
    server.on('connection', (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    )
    const { port, close } = await listen(server)
    onTestFinished(close)
    expect(await watchman(['probe', `http://127.0.0.1:${port}/`])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: http://127.0.0.1:${port}/ answered 101, but not like a Watchman endpoint: pass its URL, or that of its /bare or /ping\n`,
    })
  })

  test('exits with 1 at the timeout if the server only informs that it is busy', async () => {
    const url = await serve((_, response) => response.writeProcessing())
    expect((await watchman(['probe', url, '--timeout', '200ms'])).stderr).toBe(
      `watchman-health: ${url}/ does not answer: timed out after 200 ms\n`,
    )
  })

  test('sends the headers that it is given', async () => {
    const url = await endpoint(true, {
      authorize: ({ headers }) => headers.get('host') === 'app.test' && headers.get('x-key') === 'a: b',
    })
    expect(await watchman(['probe', url, '-H', 'Host: app.test', '--header', 'X-Key:a: b'])).toEqual(silent)
    expect((await watchman(['probe', url, '-H', 'Host: app.test'])).stderr).toContain('answered 403')
  })

  test('reaches an endpoint at a Unix domain socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchman-cli-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'app.sock')
    const server = createServer(nodeHandler(createWatchman({ checks: [] })))
    await once(server.listen(path), 'listening')
    expect(await watchman(['probe', 'http://localhost/ping', '--unix-socket', path])).toEqual(silent)
    server.close()
    await once(server, 'close')
    expect(await watchman(['probe', 'http://localhost/ping', '--unix-socket', path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: http://localhost/ping does not answer: connect ENOENT ${path}\n`,
    })
  })

  test('waits until the endpoint is ok, for as long as it is told', async () => {
    let requests = 0
    const url = await serve((request, response) => {
      requests += 1
      if (requests === 1) request.socket.destroy()
      else if (requests === 2) response.writeHead(503).end('{"app":{"ok":false}}')
      else if (requests === 3) response.end('<h1>Starting</h1>')
      else response.end('pong')
    })
    expect(await watchman(['probe', url, '--wait', '30s'])).toEqual(silent)
    expect(requests).toBe(4)

    const failing = await endpoint(false)
    expect(await watchman(['probe', failing, '--wait', '700ms'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${failing}/ answered 500: {"app":{"ok":false}}\n`,
    })
    const hung = await serve(() => {})
    expect((await watchman(['probe', hung, '--wait', '300'])).stderr).toMatch(/timed out after \d{1,3} ms/)
  })

  test('exits with 1 if the response breaks off or never ends', async () => {
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('{', () => response.destroy())
    })
    expect(await watchman(['probe', broken])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not answer'),
    })
    const endless = await serve((_, response) => {
      response.on('error', () => {})
      const timer = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect((await watchman(['probe', endless])).stderr).toContain(
      'the response is too long for a Watchman endpoint',
    )
  })

  test('loads nothing that it does not need, so that it starts fast', async () => {
    const coverage = await mkdtemp(join(tmpdir(), 'watchman-coverage-'))
    onTestFinished(() => rm(coverage, { recursive: true }))
    const url = await endpoint(true)
    expect(await watchman(['probe', url], { environment: { NODE_V8_COVERAGE: coverage } })).toEqual(silent)
    const loaded: string[] = []
    for (const file of await readdir(coverage)) {
      const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8'))
      for (const script of result) loaded.push(`${script.url}`)
    }
    const files = loaded.filter((script) => script.startsWith('file:'))
    const own = files.filter((script) => script.endsWith('.mjs') && script.includes('/.watchman-'))
    const texts = await Promise.all(own.map((script) => readFile(new URL(script), 'utf8')))
    expect(texts.join('')).toContain('#!/usr/bin/env node')
    expect(texts.join('')).not.toMatch(/function createWatchman|from "(jiti|lilconfig|picocolors)"/)
    expect(files.filter((script) => /jiti|lilconfig|picocolors/.test(script))).toEqual([])
    expect(files.length).toBeLessThan(20)
  })
})
