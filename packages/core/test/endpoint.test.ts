import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { viewPlugin } from './plugins.ts'
import { hanging, healthy } from './probes.ts'

const down = async () => {
  throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
}
const checks = [
  defineProbeCheck('databases', { default: healthy }),
  defineProbeCheck('email', healthy),
  defineProbeCheck('caches', { default: healthy }),
]

describe('the root', () => {
  test('answers exactly the objects of the checks, in their order', async () => {
    const { status, text } = await ask(createWatchman({ checks }))
    expect(status).toBe(200)
    expect(text).toBe(
      '{"databases":[{"default":{"ok":true}}],"email":{"ok":true},"caches":[{"default":{"ok":true}}]}',
    )
  })

  test('lists several targets as objects with one key, sorted by name', async () => {
    const many = defineProbeCheck('databases', { replica: healthy, default: down, archive: healthy })
    const { status, text } = await ask(createWatchman({ checks: [many] }))
    expect(status).toBe(500)
    expect(text).toBe(
      '{"databases":[{"archive":{"ok":true}},' +
        '{"default":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:5432"}},{"replica":{"ok":true}}]}',
    )
  })

  test('applies what a function returns, which fails the report only by ok: false', async () => {
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
    ['beside what is ok', { queue: { ok: true, parts: [{ ok: true }, [{ ok: false }]] } }],
  ])('fails on ok: false %s', async (_where, dict) => {
    const { status, body } = await ask(createWatchman({ checks: [defineCheck('queue', () => dict)] }))
    expect(status).toBe(500)
    expect(body).toEqual(dict)
  })

  test('shows an error in the object of a check as a failure', async () => {
    const check = defineCheck('queue', () => ({ queue: new Error('too long'), size: 5 }))
    const { status, body } = await ask(createWatchman({ checks: [check] }))
    expect(status).toBe(500)
    expect(body).toEqual({ queue: { ok: false, error: 'too long' }, size: 5 })
  })

  test('shows the error in { ok: false, error } as its message, beside the other keys', async () => {
    const check = defineCheck('queue', () => ({
      queue: { ok: false, error: new Error('too long'), size: 5 },
    }))
    const { status, body } = await ask(createWatchman({ checks: [check] }))
    expect([status, body]).toEqual([500, { queue: { ok: false, error: 'too long', size: 5 } }])
  })

  test('answers failingStatus while a target is failing', async () => {
    const failing = [defineProbeCheck('email', down)]
    for (const failingStatus of [200, 503, 599]) {
      const watchman = createWatchman({ checks: failing, failingStatus })
      for (const path of ['/', '/bare']) {
        const { status, headers } = await ask(watchman, path)
        expect([status, headers.get('x-watchman-status')]).toEqual([failingStatus, 'failing'])
      }
    }
  })

  test('answers degradedStatus while a target is degraded and none is failing', async () => {
    const degraded = defineProbeCheck('search', down, { critical: false })
    const watchman = createWatchman({
      checks: [degraded, defineProbeCheck('email', healthy)],
      degradedStatus: 299,
    })
    const worse = createWatchman({ checks: [degraded, defineProbeCheck('email', down)], degradedStatus: 299 })
    for (const path of ['/', '/bare']) {
      expect((await ask(watchman, path)).status).toBe(299)
      expect((await ask(watchman, `${path}?check=email`)).status).toBe(200)
      expect((await ask(worse, path)).status).toBe(500)
    }
  })

  test('answers 404 without a check, whatever failingStatus says', async () => {
    expect((await ask(createWatchman({ failingStatus: 599 }))).status).toBe(404)
  })
})

describe('Server-Timing', () => {
  test('lists the durations by the ids of the targets', async () => {
    const { headers } = await ask(createWatchman({ checks }))
    expect(headers.get('server-timing')).toMatch(
      /^databases\.default;dur=\d+\.\d, email;dur=\d+\.\d, caches\.default;dur=\d+\.\d$/,
    )
  })

  test('has legal names only, and no more than proxies accept', async () => {
    const odd = defineProbeCheck('größe "1",\r\n2', { 'x;y=ß': healthy })
    expect((await ask(createWatchman({ checks: [odd] }))).headers.get('server-timing')).toMatch(/^[\w.;=]+$/)
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`target-${index}`, healthy]))
    const long = await ask(createWatchman({ checks: [defineProbeCheck('many', many)] }))
    expect(long.headers.get('server-timing')?.split(', ')).toHaveLength(25)
    expect(long.headers.get('server-timing')?.length).toBeLessThan(2000)
    expect(long.status).toBe(200)
  })
})

describe('a failure', () => {
  const failing = [defineProbeCheck('email', down)]

  test('has no stack trace by default', async () => {
    const watchman = createWatchman({ checks: failing })
    expect((await ask(watchman)).text).not.toContain('stacktrace')
    expect((await watchman.report()).results[0]?.stacktrace).toBeUndefined()
  })

  test('has a stack trace with stacktraces: true', async () => {
    const watchman = createWatchman({ checks: failing, stacktraces: true })
    const stacktrace = expect.stringMatching(/ECONNREFUSED.*endpoint\.test\.ts/s)
    expect((await ask(watchman)).body).toMatchObject({ email: { ok: false, stacktrace } })
    expect((await watchman.report()).results).toMatchObject([{ stacktrace }])
  })

  test("is only ok: false under details: 'none', also where a check built it itself", async () => {
    const own = defineCheck('queue', () => ({
      queue: { ok: false, error: 'x', stacktrace: 'y', size: 3 },
      free: 1,
    }))
    const watchman = createWatchman({ checks: [...failing, own], details: 'none', stacktraces: true })
    const { status, body } = await ask(watchman)
    expect(status).toBe(500)
    expect(body).toEqual({ email: { ok: false }, queue: { ok: false }, free: 1 })
    const { results } = await watchman.report()
    expect(results.map(({ error, stacktrace }) => [error, stacktrace])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
  })

  test("is only ok: false under details: 'none', also where a probe resolved to { ok: false, details }", async () => {
    const probe = () => ({ ok: false, error: 'x', details: { host: 'db-1.internal' } })
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe)], details: 'none' })
    expect(await ask(watchman)).toMatchObject({ status: 500, body: { email: { ok: false } } })
    expect((await ask(watchman)).text).toBe('{"email":{"ok":false}}')
  })

  test("is only ok: false under details: 'none', also while a probe with details recovers", async () => {
    const answers = [{ ok: false }, { ok: true, details: { host: 'db-1.internal' } }]
    const check = defineProbeCheck('email', () => answers.shift(), { ttl: 0, successThreshold: 2 })
    const watchman = createWatchman({ checks: [check], details: 'none' })
    expect((await ask(watchman)).text).toBe('{"email":{"ok":false}}')
    expect((await ask(watchman)).text).toBe('{"email":{"ok":false}}')
  })

  test('hides a stack trace that a check built itself by default', async () => {
    const own = defineCheck('queue', () => ({ queue: { ok: false, stacktrace: 'at secret.ts' } }))
    expect((await ask(createWatchman({ checks: [own] }))).body).toEqual({ queue: { ok: false } })
    expect((await ask(createWatchman({ checks: [own], stacktraces: true }))).body).toEqual({
      queue: { ok: false, stacktrace: 'at secret.ts' },
    })
  })
})

describe('ping', () => {
  test('answers pong as plain text and runs no check', async () => {
    const runs: string[] = []
    const watchman = createWatchman({ checks: [defineCheck('x', () => ({ x: runs.push('x') }))] })
    const { status, text, headers } = await ask(watchman, '/ping')
    expect([status, text, headers.get('content-type')]).toEqual([200, 'pong', 'text/plain'])
    expect(runs).toEqual([])
  })
})

describe('bare', () => {
  test('answers only the status code', async () => {
    const good = await ask(createWatchman({ checks }), '/bare')
    expect([good.status, good.text]).toEqual([200, ''])
    expect(good.headers.get('server-timing')).toBeNull()
    const bad = await ask(createWatchman({ checks: [defineProbeCheck('email', down)] }), '/bare')
    expect([bad.status, bad.text]).toEqual([500, ''])
  })
})

describe('HTTP', () => {
  test.each(['/', '', '/bare', '/bare/', '/ping', '/ping/', '/?x=1', '/ping/?x=1', '/./ping', '/x/../ping'])(
    'GET %s is found',
    async (path) => {
      expect((await ask(createWatchman({ checks }), path)).status).toBe(200)
    },
  )

  test.each([
    '/unknown',
    '//',
    '//ping',
    '/ping//',
    '/PING',
    '/%70ing',
    '/p%69ng',
    '/p%2569ng',
    '/ping%2F',
    '/pin%47',
    '//evil.example/ping',
    '/ping/x',
    '/ping;x',
    '/ping\\x',
    '/%',
    '/%2e/ping/x',
    '/__proto__',
  ])('GET %s is a JSON 404', async (path) => {
    const { status, body } = await ask(createWatchman({ checks }), path)
    expect([status, body]).toEqual([404, { error: 404, message: 'Not found' }])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    '%s is refused with the methods that are allowed',
    async (method) => {
      for (const path of ['/', '/bare', '/ping']) {
        const { status, headers, body } = await ask(createWatchman({ checks }), path, { method })
        expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
        expect(body).toEqual({ error: 405, message: 'Method not allowed' })
      }
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
    'GET %s is not stored, not sniffed, and does not send its URL on',
    async (path) => {
      const plugins = [
        viewPlugin('own', () => new Response('own')),
        viewPlugin('redirect', () => Response.redirect('http://status.test/login')),
      ]
      const { headers } = await ask(createWatchman({ checks, plugins }), path)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('etag')).toBeNull()
    },
  )

  test('shows the version only with exposeVersion, and never to those it refuses', async () => {
    const { version } = manifest
    expect((await ask(createWatchman({ checks }))).headers.get('x-watchman-version')).toBeNull()
    const watchman = createWatchman({ checks, exposeVersion: true, tokens: 'secret' })
    expect((await ask(watchman, '/?watchman-token=secret')).headers.get('x-watchman-version')).toBe(version)
    expect((await ask(watchman, '/ping')).headers.get('x-watchman-version')).toBe(version)
    expect((await ask(watchman)).headers.get('x-watchman-version')).toBeNull()
  })
})

describe('status, bare and ping of a watchman', () => {
  test('answer at any path', async () => {
    const { status, bare, ping } = createWatchman({ checks })
    const request = new Request('http://status.test/health/live?check=email')
    expect(await (await status(request)).json()).toEqual({ email: { ok: true } })
    expect((await bare(request)).status).toBe(200)
    expect(await (await ping(request)).text()).toBe('pong')
  })

  test('return promises, also where the answer is known', async () => {
    const { fetch, status, bare, ping, report } = createWatchman({ checks })
    const request = new Request('http://status.test/ping')
    for (const answer of [fetch(request), status(request), bare(request), ping(request), report()]) {
      expect(typeof answer.then).toBe('function')
      await answer
    }
  })

  test('check the token and the method', async () => {
    const { status, bare, ping } = createWatchman({ checks, tokens: 'T' })
    const put = new Request('http://status.test/', { method: 'PUT' })
    for (const view of [status, bare, ping]) expect((await view(put)).status).toBe(405)
    const get = new Request('http://status.test/')
    expect([(await status(get)).status, (await bare(get)).status, (await ping(get)).status]).toEqual([
      403, 200, 200,
    ])
    expect((await status(new Request('http://status.test/?watchman-token=T'))).status).toBe(200)
  })
})

describe('a report', () => {
  test('has a body that is the JSON of the root', async () => {
    const watchman = createWatchman({ checks })
    const { state, body } = await watchman.report()
    expect(state).toBe('ok')
    expect(JSON.stringify(body)).toBe((await ask(watchman)).text)
  })

  test('has one flat result for each target', async () => {
    const own = defineCheck('queue', () => ({ size: 3 }))
    const detailed = defineProbeCheck('disk', async () => ({ ok: true, details: { free: 7 }, other: 1 }))
    const many = defineProbeCheck('databases', { b: down, a: healthy })
    const before = Date.now()
    const { results } = await createWatchman({ checks: [many, own, detailed] }).report()
    const times = {
      startedAt: expect.any(Number),
      duration: expect.any(Number),
      since: expect.any(Number),
    }
    const ok = { state: 'ok', ...times, lastOkAt: expect.any(Number), failures: 0 }
    expect(results).toEqual([
      { id: 'databases.a', check: 'databases', name: 'a', ...ok },
      {
        id: 'databases.b',
        check: 'databases',
        name: 'b',
        state: 'failing',
        error: 'connect ECONNREFUSED 127.0.0.1:5432',
        failures: 1,
        ...times,
      },
      { id: 'queue', check: 'queue', name: '', details: { size: 3 }, ...ok },
      { id: 'disk', check: 'disk', name: '', details: { free: 7 }, ...ok },
    ])
    for (const { startedAt, duration, since, lastOkAt = since } of results) {
      expect(startedAt).toBeGreaterThanOrEqual(before)
      expect(duration).toBeGreaterThanOrEqual(0)
      expect(since).toBeGreaterThanOrEqual(before)
      expect(lastOkAt).toBeGreaterThanOrEqual(before)
    }
  })

  test('of a selection holds these targets only, and they share their runs with the others', async () => {
    const runs: unknown[] = []
    const counted = defineProbeCheck('email', () => runs.push(1))
    const watchman = createWatchman({ checks: [counted, defineProbeCheck('caches', healthy)] })
    const email = watchman.select({ check: ['email'] })
    expect((await email.report()).body).toEqual({ email: { ok: true } })
    expect((await watchman.select({ skip: ['email'] }).report()).body).toEqual({ caches: { ok: true } })
    expect(Object.keys((await watchman.report()).body)).toEqual(['email', 'caches'])
    expect(Object.keys((await watchman.select().report()).body)).toEqual(['email', 'caches'])
    expect(email.snapshot().body).toEqual({ email: { ok: true } })
    expect(runs).toHaveLength(1)
  })

  test('is the same object while all its results are reused', async () => {
    const watchman = createWatchman({ checks })
    const email = watchman.select({ check: ['email'] })
    expect(await watchman.report()).toBe(await watchman.report())
    expect(await email.report()).toBe(await email.report())
  })
})

describe('a closed watchman', () => {
  test('answers 503 on the root and on bare, and runs nothing', async () => {
    const runs: string[] = []
    const watchman = createWatchman({ checks: [defineProbeCheck('email', () => runs.push('email'))] })
    const group = watchman.select({ check: ['email'] })
    await watchman.close()
    const closed = { state: 'failing', results: [], body: { error: 503, message: 'Closed' } }
    expect(await ask(watchman)).toMatchObject({ status: 503, body: closed.body })
    expect(await ask(watchman, '/?check=email')).toMatchObject({ status: 503, body: closed.body })
    expect(await ask(watchman, '/bare')).toMatchObject({ status: 503, text: '' })
    for (const one of [watchman, group]) {
      expect(await one.report()).toEqual(closed)
      expect(one.snapshot()).toEqual(closed)
    }
    expect(runs).toEqual([])
  })

  test('answers 503 also after its targets were ok, and whatever failingStatus says', async () => {
    const watchman = createWatchman({ checks, failingStatus: 200 })
    expect((await ask(watchman)).status).toBe(200)
    await watchman.close()
    expect([(await ask(watchman)).status, (await ask(watchman, '/bare')).status]).toEqual([503, 503])
  })

  test('still answers ping, its plugin views and errors', async () => {
    const view = viewPlugin('livez', () => new Response('alive'), { open: true })
    const watchman = createWatchman({ checks, plugins: [view], tokens: 'T' })
    await watchman.close()
    expect((await ask(watchman, '/ping')).text).toBe('pong')
    expect(await ask(watchman, '/livez')).toMatchObject({ status: 200, text: 'alive' })
    expect((await ask(watchman, '/unknown')).status).toBe(404)
    expect((await ask(watchman)).status).toBe(403)
  })

  test('aborts what runs and answers those who wait', async () => {
    const reasons: unknown[] = []
    const hung = defineProbeCheck('email', (signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason.message))
      return new Promise(() => {})
    })
    const watchman = createWatchman({ checks: [hung] })
    const answer = ask(watchman)
    const report = watchman.report()
    await expect.poll(() => watchman.snapshot().state).toBe('pending')
    await watchman.close()
    expect((await answer).status).toBe(503)
    expect((await report).body).toEqual({ error: 503, message: 'Closed' })
    expect(reasons).toEqual(['closed'])
  })

  test('answers those who wait for an overdue run', async () => {
    const check = defineProbeCheck('email', hanging().probe, { timeout: 20, ttl: 0 })
    const watchman = createWatchman({ checks: [check] })
    await ask(watchman)
    const answer = ask(watchman)
    await watchman.close()
    expect((await answer).status).toBe(503)
  })

  test('may be closed twice', async () => {
    const watchman = createWatchman({ checks })
    await Promise.all([watchman.close(), watchman.close()])
    await watchman.close()
    expect((await ask(watchman)).status).toBe(503)
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
      headers: { value: new Headers() },
    })
    expect(await (await createWatchman().fetch(request)).text()).toBe(text)
  })

  test('Response.error() of a view or of authorize is a JSON 500, also where Response accepts its status', async () => {
    const view = viewPlugin('own', () => Response.error())
    expect((await ask(createWatchman({ plugins: [view] }), '/own')).status).toBe(500)
    expect((await ask(createWatchman({ authorize: () => Response.error() }))).status).toBe(500)
  })
})

describe('two checks that return the same key', () => {
  const pair = ['a', 'b'].map((name) => defineCheck(name, () => ({ x: name })))

  test('are shown by the first, and the second fails', async () => {
    const { status, body } = await ask(createWatchman({ checks: pair }))
    expect([status, body]).toEqual([
      500,
      { x: 'a', b: { ok: false, error: 'returned the key "x" of another check' } },
    ])
  })

  test('fail the report also where the second one is made of probes', async () => {
    const own = defineCheck('own', () => ({ email: 'operator@example.com' }))
    const { status, text } = await ask(createWatchman({ checks: [own, defineProbeCheck('email', healthy)] }))
    expect(status).toBe(500)
    expect(text).toContain('of another check')
  })

  test('degrade the report where the second one is not critical', async () => {
    const first = defineCheck('a', () => ({ x: 1 }))
    const second = defineCheck('b', () => ({ x: 2 }), { critical: false })
    const { status, headers } = await ask(createWatchman({ checks: [first, second] }))
    expect([status, headers.get('x-watchman-status')]).toEqual([200, 'degraded'])
  })

  test('are both fine when they are asked for one by one', async () => {
    const watchman = createWatchman({ checks: pair })
    expect((await ask(watchman, '/?check=a')).body).toEqual({ x: 'a' })
    expect((await ask(watchman, '/?check=b')).body).toEqual({ x: 'b' })
  })
})
