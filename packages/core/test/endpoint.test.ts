import { createWatchman, defineCheck, defineProbeCheck, type View } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { ask, sleep } from './ask.ts'

const up = async () => {}
const down = async () => {
  throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
}
const checks = [
  defineProbeCheck('databases', { default: up }),
  defineProbeCheck('email', up),
  defineProbeCheck('caches', { default: up }),
]

describe('the root', () => {
  test("holds exactly the checks' dicts, in their order", async () => {
    const { status, text } = await ask(createWatchman({ checks }))
    expect(status).toBe(200)
    expect(text).toBe(
      '{"databases":[{"default":{"ok":true}}],"email":{"ok":true},"caches":[{"default":{"ok":true}}]}',
    )
  })

  test('lists several targets as one-key dicts, sorted by name', async () => {
    const many = defineProbeCheck('databases', { replica: up, default: down, archive: up })
    const { status, body } = await ask(createWatchman({ checks: [many] }))
    expect(status).toBe(500)
    expect(body).toEqual({
      databases: [
        { archive: { ok: true } },
        { default: { ok: false, error: 'connect ECONNREFUSED 127.0.0.1:5432' } },
        { replica: { ok: true } },
      ],
    })
  })

  test('applies what a function returns, which cannot fail the report without ok: false', async () => {
    const watchman = createWatchman({
      checks: [
        function build(request) {
          return { x: 1, host: new URL(request.url).host, ok: 'no boolean', nested: { failed: true } }
        },
      ],
    })
    const { status, body } = await ask(watchman)
    expect(status).toBe(200)
    expect(body).toEqual({ x: 1, host: 'status.test', ok: 'no boolean', nested: { failed: true } })
  })

  test.each([
    ['at the top', { ok: false }],
    ['in an object', { queue: { ok: false, length: 5000 } }],
    ['in a list', { queues: [{ main: { ok: true } }, { mail: { ok: false } }] }],
  ])('fails on ok: false %s', async (_where, dict) => {
    const { status, body } = await ask(createWatchman({ checks: [defineCheck('queue', () => dict)] }))
    expect(status).toBe(500)
    expect(body).toEqual(dict)
  })

  test('writes an Error in a dict as a failure', async () => {
    const check = defineCheck('queue', () => ({ queue: new Error('too long'), size: 5 }))
    const { status, body } = await ask(createWatchman({ checks: [check] }))
    expect(status).toBe(500)
    expect(body).toEqual({ queue: { ok: false, error: 'too long' }, size: 5 })
  })

  test('answers the configured errorCode when a check fails', async () => {
    const failing = [defineProbeCheck('email', down)]
    expect((await ask(createWatchman({ checks: failing, errorCode: 503 }))).status).toBe(503)
    expect((await ask(createWatchman({ checks: failing, errorCode: 200 }))).status).toBe(200)
  })

  test('tells the durations in Server-Timing, in names that are legal there, and not too many', async () => {
    const { headers } = await ask(createWatchman({ checks }))
    expect(headers.get('server-timing')).toMatch(
      /^databases\.default;dur=\d+\.\d, email;dur=\d+\.\d, caches\.default;dur=\d+\.\d$/,
    )
    const odd = defineProbeCheck('größe "1",\r\n2', { 'x;y=ß': up })
    expect((await ask(createWatchman({ checks: [odd] }))).headers.get('server-timing')).toMatch(/^[\w.;=]+$/)
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`target-${index}`, up]))
    const long = await ask(createWatchman({ checks: [defineProbeCheck('many', many)] }))
    expect(long.headers.get('server-timing')?.length).toBeLessThan(2000)
    expect(long.status).toBe(200)
  })
})

describe('a failure', () => {
  const failing = [defineProbeCheck('email', down)]

  test('has no stack trace unless asked for', async () => {
    expect((await ask(createWatchman({ checks: failing }))).text).not.toContain('stacktrace')
    const { body } = await ask(createWatchman({ checks: failing, stacktraces: true }))
    expect(body).toMatchObject({
      email: { ok: false, stacktrace: expect.stringMatching(/ECONNREFUSED.*endpoint\.test\.ts/s) },
    })
  })

  test("is bare under details: 'none', also where a check made it itself", async () => {
    const own = defineCheck('queue', () => ({
      queue: { ok: false, error: 'x', stacktrace: 'y', size: 3 },
      free: 1,
    }))
    const { status, body } = await ask(createWatchman({ checks: [...failing, own], details: 'none' }))
    expect(status).toBe(500)
    expect(body).toEqual({ email: { ok: false }, queue: { ok: false }, free: 1 })
  })

  test('hides a stack trace that a check made itself unless asked for', async () => {
    const own = defineCheck('queue', () => ({ queue: { ok: false, stacktrace: 'at secret.ts' } }))
    expect((await ask(createWatchman({ checks: [own] }))).body).toEqual({ queue: { ok: false } })
    expect((await ask(createWatchman({ checks: [own], stacktraces: true }))).body).toEqual({
      queue: { ok: false, stacktrace: 'at secret.ts' },
    })
  })
})

describe('ping and bare', () => {
  test('ping answers pong as plain text and runs no check', async () => {
    const runs: string[] = []
    const watchman = createWatchman({ checks: [defineCheck('x', () => ({ x: runs.push('x') }))] })
    const { status, text, headers } = await ask(watchman, '/ping')
    expect([status, text, headers.get('content-type')]).toEqual([200, 'pong', 'text/plain'])
    expect(runs).toEqual([])
  })

  test('bare answers only the status code', async () => {
    const good = await ask(createWatchman({ checks }), '/bare')
    expect([good.status, good.text]).toEqual([200, ''])
    expect(good.headers.get('server-timing')).toBeNull()
    const bad = await ask(createWatchman({ checks: [defineProbeCheck('email', down)] }), '/bare')
    expect([bad.status, bad.text]).toEqual([500, ''])
  })
})

describe('HTTP', () => {
  test.each(['/', '', '/bare', '/bare/', '/ping', '/ping/', '/?x=1', '/ping/?x=1'])(
    'GET %s is found',
    async (path) => {
      expect((await ask(createWatchman({ checks }), path)).status).toBe(200)
    },
  )

  test.each([
    '/unknown',
    '//ping',
    '/ping//',
    '/PING',
    '/p%2569ng',
    '/ping%2F',
    '/pin%47',
    '//evil.example/ping',
    '/ping/x',
    '/%',
    '/__proto__',
  ])('GET %s is a JSON 404', async (path) => {
    const { status, body } = await ask(createWatchman({ checks }), path)
    expect([status, body]).toEqual([404, { error: 404, message: 'Not found' }])
  })

  test.each(['/p%69ng', '/%70i%6e%67/', '/own%2D%2e%5F%7E%39'])(
    'GET %s, where what need not be encoded is, is answered as if it were not',
    async (path) => {
      const own: View = { path: 'own-._~9', protected: false, render: () => new Response('own') }
      const expected = path.includes('own') ? 'own' : 'pong'
      expect((await ask(createWatchman({ checks, views: [own] }), path)).text).toBe(expected)
    },
  )

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s is refused, and what is allowed is told',
    async (method) => {
      const { status, headers, body } = await ask(createWatchman({ checks }), '/', { method })
      expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(body).toEqual({ error: 405, message: 'Method not allowed' })
    },
  )

  test.each(['/', '/bare', '/ping', '/unknown'])(
    'HEAD %s has the status and headers of GET and no body',
    async (path) => {
      const watchman = createWatchman({ checks })
      const get = await ask(watchman, path)
      const head = await ask(watchman, path, { method: 'HEAD' })
      expect(head.text).toBe('')
      expect(head.status).toBe(get.status)
      expect([...head.headers]).toEqual([...get.headers])
    },
  )

  test.each(['/', '/bare', '/ping', '/unknown', '/?check=unknown', '/own', '/redirect'])(
    'GET %s is not stored, not sniffed, and its URL goes nowhere',
    async (path) => {
      const views: View[] = [
        { path: 'own', render: () => new Response('own') },
        { path: 'redirect', render: () => Response.redirect('http://status.test/login') },
      ]
      const { headers } = await ask(createWatchman({ checks, views }), path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('etag')).toBeNull()
    },
  )

  test('tells its version only when asked to, and never to those it refuses', async () => {
    const { version } = manifest
    expect((await ask(createWatchman({ checks }))).headers.get('x-watchman-version')).toBeNull()
    const watchman = createWatchman({ checks, exposeVersion: true, tokens: 'secret' })
    expect((await ask(watchman, '/?watchman-token=secret')).headers.get('x-watchman-version')).toBe(version)
    expect((await ask(watchman, '/ping')).headers.get('x-watchman-version')).toBe(version)
    expect((await ask(watchman)).headers.get('x-watchman-version')).toBeNull()
  })
})

describe('the single views', () => {
  test('answer at any path', async () => {
    const { status, bare, ping } = createWatchman({ checks })
    const request = new Request('http://status.test/health/live?check=email')
    expect(await (await status(request)).json()).toEqual({ email: { ok: true } })
    expect((await bare(request)).status).toBe(200)
    expect(await (await ping(request)).text()).toBe('pong')
  })

  test('handle answers below a mount', async () => {
    const { handle } = createWatchman({ checks })
    const request = new Request('http://status.test/deep/mount/ping')
    expect(await (await handle(request, { path: '/ping' })).text()).toBe('pong')
    expect((await handle(request, { path: '' })).status).toBe(200)
    expect((await handle(request, { path: '/deep/mount/ping' })).status).toBe(404)
  })
})

describe('views of others', () => {
  test('get the report, the request and the token check', async () => {
    const text: View = {
      path: '/text/',
      render: async ({ request, report, headers }) => {
        const { state, results } = await report()
        const names = results.map(({ name }) => name)
        return new Response(`${request.method} ${state} ${names}`, { headers })
      },
    }
    const watchman = createWatchman({ checks, views: [text], tokens: 'T' })
    expect((await ask(watchman, '/text')).status).toBe(403)
    expect((await ask(watchman, '/text?watchman-token=T&skip=email')).text).toBe('GET ok databases,caches')
  })

  test('get every target with its time', async () => {
    const { results } = await createWatchman({
      checks: [defineProbeCheck('databases', { a: up, b: down })],
    }).run()
    expect(results).toEqual([
      {
        name: 'databases',
        state: 'failing',
        dict: { databases: [{ a: { ok: true } }, { b: { ok: false, error: expect.any(String) } }] },
        targets: [
          { name: 'a', state: 'ok', startedAt: expect.any(Number), duration: expect.any(Number) },
          { name: 'b', state: 'failing', startedAt: expect.any(Number), duration: expect.any(Number) },
        ],
      },
    ])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', async () => Promise.reject(new Error('secret detail'))],
  ])('one that %s is a JSON 500 without details', async (_how, render) => {
    const { status, body } = await ask(createWatchman({ views: [{ path: 'own', render }] }), '/own')
    expect([status, body]).toEqual([500, { error: 500, message: 'Internal error' }])
  })
})

describe('run and close', () => {
  test('run reports without HTTP', async () => {
    const report = await createWatchman({ checks }).run()
    expect(report).toMatchObject({ state: 'ok', status: 200, body: { email: { ok: true } } })
    expect(JSON.parse(report.json)).toEqual(report.body)
  })

  test('run selects by the query of its request', async () => {
    const report = await createWatchman({ checks }).run(new Request('http://localhost/?check=email'))
    expect(Object.keys(report.body)).toEqual(['email'])
  })

  test('a closed watchman answers 503 everywhere and runs nothing', async () => {
    const runs: string[] = []
    const watchman = createWatchman({ checks: [defineProbeCheck('email', () => runs.push('email'))] })
    await watchman.close()
    for (const path of ['/', '/bare', '/ping', '/unknown']) {
      expect((await ask(watchman, path)).status).toBe(503)
    }
    expect((await ask(watchman)).body).toEqual({ error: 503, message: 'Closed' })
    expect((await watchman.run()).status).toBe(503)
    expect(runs).toEqual([])
  })

  test('closing aborts what runs and answers who waits', async () => {
    const reasons: unknown[] = []
    const hung = defineProbeCheck('email', (signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason.message))
      return new Promise(() => {})
    })
    const watchman = createWatchman({ checks: [hung] })
    const answer = ask(watchman)
    await sleep(10)
    await watchman.close()
    expect((await answer).status).toBe(503)
    expect(reasons).toEqual(['closed'])
  })
})

describe('requests of other runtimes', () => {
  test.each([
    ['/ping', 'pong'],
    ['/ping?x=1#y', 'pong'],
    ['http://status.test/ping/?next=http://other.test/bare', 'pong'],
    ['http://user@status.test:8080/ping', 'pong'],
    ['//evil.example/ping', '{"error":404,"message":"Not found"}'],
  ])('are answered by the path of their URL: %s', async (url, text) => {
    const request = Object.create(new Request('http://status.test/'), {
      url: { value: url },
      method: { value: 'GET' },
    })
    expect(await (await createWatchman().fetch(request)).text()).toBe(text)
  })

  test('Response.error() of a view or of authorize is a JSON 500, also where Response takes its status', async () => {
    const view: View = { path: 'own', render: () => Response.error() }
    expect((await ask(createWatchman({ views: [view] }), '/own')).status).toBe(500)
    expect((await ask(createWatchman({ authorize: () => Response.error() }))).status).toBe(500)
  })
})
