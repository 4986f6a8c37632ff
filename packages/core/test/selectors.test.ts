import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { ask } from '@watchman/test-helpers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { adapterRequest } from './adapter-request.ts'
import { viewPlugin } from './plugins.ts'
import { failing, healthy, switchable } from './probes.ts'
import { recordLog } from './record-log.ts'
import { thrownBy } from './thrown-by.ts'

describe('a selected target', () => {
  const checks = [
    defineProbeCheck('databases', { default: healthy, orders: healthy }, { aliases: ['db'] }),
    defineProbeCheck('email', failing),
    defineCheck('queue', () => ({ size: 3, queue: { ok: true } })),
  ]
  const watchman = createWatchman({ checks })
  const ok = { ok: true }
  const orders = { databases: [{ orders: ok }] }
  const both = { databases: [{ default: ok }, { orders: ok }] }
  const queue = { size: 3, queue: ok }

  test.each([
    ['?check=databases.orders', '{"databases":[{"orders":{"ok":true}}]}'],
    ['?check=db.orders', '{"databases":[{"orders":{"ok":true}}]}'],
    ['?check=queue', '{"size":3,"queue":{"ok":true}}'],
  ])('answers in its usual shape: %s', async (query, json) => {
    expect(await ask(watchman, `/${query}`)).toMatchObject({ status: 200, text: json })
    expect((await ask(watchman, `/bare${query}`)).status).toBe(200)
  })

  test.each([
    ['?check=databases.orders&check=queue', { ...orders, ...queue }],
    ['?check=queue&check=databases.orders', { ...orders, ...queue }],
    ['?check=databases.orders&check=databases.default', both],
    ['?check=databases.orders&check=databases', both],
    ['?check=databases.orders&check=databases.orders', orders],
    ['?check=databases&skip=databases.default', orders],
    ['?check=databases&skip=db.default', orders],
    ['?skip=databases.default&skip=email', { ...orders, ...queue }],
    ['?skip=databases&skip=email', queue],
    ['?skip=databases.orders&skip=databases.default&skip=email', queue],
    ['?check=databases.orders&skip=databases.default', orders],
  ])('is combined with others: %s', async (query, body) => {
    expect(await ask(watchman, `/${query}`)).toMatchObject({ status: 200, body })
  })

  test.each([
    '?check=databases.x',
    '?check=databases.Orders',
    '?check=databases.',
    '?check=databases..orders',
    '?check=.orders',
    '?check=orders',
    '?check=email.email',
    '?check=queue.size',
    '?check=databases.orders.x',
    '?check=databases.orders&skip=databases',
    '?check=databases.orders&skip=db.orders',
  ])('is 404 where none is left: %s', async (query) => {
    expect(await ask(watchman, `/${query}`)).toMatchObject({
      status: 404,
      body: { error: 404, message: 'No checks found' },
    })
    expect((await ask(watchman, `/bare${query}`)).status).toBe(404)
  })

  test('is the only one of its check that runs', async () => {
    const [one, other] = [switchable(), switchable()]
    const databases = defineProbeCheck('databases', { one: one.probe, other: other.probe })
    const watchman = createWatchman({ checks: [databases] })
    await ask(watchman, '/?check=databases.one')
    expect([one.state.runs, other.state.runs]).toEqual([1, 0])
    const skipping = createWatchman({ checks: [databases] })
    await ask(skipping, '/?skip=databases.one')
    expect([one.state.runs, other.state.runs]).toEqual([1, 1])
  })
})

describe('a name with dots', () => {
  const named = (name: string, target = 'default', aliases: readonly string[] = []) =>
    defineProbeCheck(name, { [target]: healthy }, { aliases })
  const idsOf = async (checks: Parameters<typeof createWatchman>[0], name: string) =>
    (
      await createWatchman(checks)
        .select({ check: [name] })
        .report()
    ).results.map(({ id }) => id)

  test('may be an alias, alone or followed by a target', async () => {
    const checks = [
      defineProbeCheck(
        'databases',
        { default: healthy, orders: healthy },
        { aliases: ['watchman.checks.databases'] },
      ),
    ]
    expect(await idsOf({ checks }, 'watchman.checks.databases')).toEqual([
      'databases.default',
      'databases.orders',
    ])
    expect(await idsOf({ checks }, 'watchman.checks.databases.orders')).toEqual(['databases.orders'])
    expect(thrownBy(() => createWatchman({ checks }).select({ check: ['watchman.checks'] })).code).toBe(
      'INVALID_OPTION',
    )
  })

  test('may be the name of a check or of a target', async () => {
    const checks = [named('eu.databases', 'orders.v2'), named('us', '.')]
    expect(await idsOf({ checks }, 'eu.databases')).toEqual(['eu.databases.orders.v2'])
    expect(await idsOf({ checks }, 'eu.databases.orders.v2')).toEqual(['eu.databases.orders.v2'])
    expect(await idsOf({ checks }, 'us..')).toEqual(['us..'])
  })

  test('selects the check of this name rather than a target of another check', async () => {
    const checks = [
      named('databases', 'x'),
      named('caches', 'y', ['databases.orders']),
      named('queue', 'z', ['databases.x.y']),
    ]
    expect(await idsOf({ checks }, 'databases.orders')).toEqual(['caches.y'])
    expect(await idsOf({ checks }, 'databases.x')).toEqual(['databases.x'])
    expect(await idsOf({ checks }, 'databases.x.y')).toEqual(['queue.z'])
  })

  test('is read with the longest name of a check that it begins with', async () => {
    const checks = [
      defineProbeCheck('a', { 'b.c': healthy, 'b.d': healthy }),
      defineProbeCheck('x', { c: healthy }, { aliases: ['a.b'] }),
    ]
    expect(await idsOf({ checks }, 'a.b.c')).toEqual(['x.c'])
    expect(await idsOf({ checks }, 'a.b.d')).toEqual(['a.b.d'])
    expect(await idsOf({ checks }, 'a.b')).toEqual(['x.c'])
  })

  test('must not make the id of a target ambiguous', () => {
    const { code, message } = thrownBy(() =>
      createWatchman({ checks: [named('a', 'b.c'), named('a.b', 'c')] }),
    )
    expect([code, message]).toEqual(['DUPLICATE_NAME', '[watchman] two targets have the name "a.b.c"'])
    const single = defineProbeCheck('a.b', healthy)
    expect(thrownBy(() => createWatchman({ checks: [named('a', 'b'), single] })).code).toBe('DUPLICATE_NAME')
  })
})

describe('X-Watchman-Unknown', () => {
  const checks = [defineProbeCheck('databases', { default: healthy }), defineProbeCheck('email', healthy)]
  const open = viewPlugin('open', () => new Response(), { open: true })
  const closed = viewPlugin('closed', () => new Response())
  const watchman = createWatchman({ checks, plugins: [open, closed] })
  const unknownOf = async (path: string) => (await ask(watchman, path)).headers.get('x-watchman-unknown')

  test('lists the unknown names beside those that are known', async () => {
    expect(await unknownOf('/?check=databases&check=chaces')).toBe('chaces')
    expect(await unknownOf('/?check=databases.x&check=email&skip=mail')).toBe('databases.x,mail')
    expect(await unknownOf('/?skip=b&skip=a')).toBe('b,a')
    expect(await unknownOf('/?check=email&check=')).toBe('')
    expect(await unknownOf('/?check=email&check=redis://:hunter2@cache')).toBe('redis%3A%2F%2F***%40cache')
  })

  test('is absent where all names are known', async () => {
    expect(await unknownOf('/')).toBeNull()
    expect(await unknownOf('/?check=databases&skip=email')).toBeNull()
    expect(await unknownOf('/?check=databases.default')).toBeNull()
  })

  test('is sent with the 404 where no name is known', async () => {
    const { status, headers, body } = await ask(watchman, '/?check=chaces')
    expect([status, headers.get('x-watchman-unknown')]).toEqual([404, 'chaces'])
    expect(body).toEqual({ error: 404, message: 'No checks found' })
  })

  test('changes neither the body nor the status', async () => {
    const known = await ask(watchman, '/?check=databases')
    const both = await ask(watchman, '/?check=databases&check=chaces')
    expect([both.status, both.text]).toEqual([known.status, known.text])
  })

  test('is sent by protected views, and neither by open ones nor where the token is missing', async () => {
    const query = '?check=databases&check=chaces'
    expect(await unknownOf(`/closed${query}`)).toBe('chaces')
    expect(await unknownOf(`/bare${query}`)).toBeNull()
    expect(await unknownOf(`/ping${query}`)).toBeNull()
    expect(await unknownOf(`/open${query}`)).toBeNull()
    const locked = createWatchman({ checks, tokens: 'T' })
    expect((await ask(locked, `/${query}`)).headers.get('x-watchman-unknown')).toBeNull()
    expect((await ask(locked, `/${query}&watchman-token=T`)).headers.get('x-watchman-unknown')).toBe('chaces')
  })

  test.each([
    ['größe, 1&2', 'gr%C3%B6%C3%9Fe%2C%201%262'],
    ['a\r\nX-Other: x=1', 'a%0D%0AX-Other%3A%20x%3D1'],
    ['\u0000\u001b[31m', '%00%1B%5B31m'],
    ['😀', '%F0%9F%98%80'],
    ['<script>', '%3Cscript%3E'],
  ])('encodes %j', async (name, encoded) => {
    expect(await unknownOf(`/?check=email&check=${encodeURIComponent(name)}`)).toBe(encoded)
  })

  test('encodes half of a surrogate pair as the replacement character', async () => {
    const group = createWatchman({ checks, plugins: [closed] })
    expect((await ask(group, '/?check=email&check=%ED%A0%80')).status).toBe(200)
    expect(await unknownOf('/?check=email&check=\ud800')).toBe('%EF%BF%BD')
  })

  test('has ten names at most', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `x${index}`)
    expect(await unknownOf(`/?check=email&check=${names.join('&check=')}`)).toBe(names.slice(0, 10).join(','))
  })

  test('has ten names at most, however many there are', async () => {
    const names = Array.from({ length: 300_000 }, (_, index) => `x${index}`)
    const query = `/?check=email&check=${names.join('&check=')}&skip=${names.join('&skip=')}`
    const response = await handleOf(watchman, 'test')(adapterRequest(query))
    const unknown = new Headers(response.headers).get('x-watchman-unknown')
    expect([response.status, unknown]).toEqual([200, names.slice(0, 10).join(',')])
  })

  test('has 500 bytes at most, and whole names only', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `${index}${'x'.repeat(80)}`)
    const unknown = await unknownOf(`/?check=email&check=${names.join('&check=')}`)
    expect(unknown).toBe(names.slice(0, 6).join(','))
    expect(unknown?.length).toBeLessThanOrEqual(500)
    const long = encodeURIComponent('ö'.repeat(200))
    expect(await unknownOf(`/?check=email&check=${long}&check=short`)).toBe('short')
    expect(await unknownOf(`/?check=email&check=${long}`)).toBe('')
  })
})

describe('the log line about unknown names', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const checks = [defineProbeCheck('email', healthy)]

  test('is written once a minute, with the number of names since the last one', async () => {
    const { lines, logger } = recordLog()
    const watchman = createWatchman({ checks, logger })
    await ask(watchman, '/?check=email&check=chaces')
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    expect(lines[0]?.message).toContain('[watchman] requests selected checks that do not exist: "chaces"')
    for (let second = 1; second < 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1000)
      await ask(watchman, '/?check=a&check=b')
    }
    expect(lines).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    await ask(watchman, '/?skip=last')
    expect(lines).toHaveLength(2)
    expect(lines[1]?.message).toContain('"last"')
    expect(lines[1]?.message).toContain(`since the last line: ${59 * 2 + 1})`)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toHaveLength(2)
  })

  test('is written for open views too, but not for requests without a token', async () => {
    const open = viewPlugin('open', () => new Response(), { open: true })
    for (const path of ['/bare?check=x', '/open?check=x']) {
      const { lines, logger } = recordLog()
      await ask(createWatchman({ checks, plugins: [open], tokens: 'T', logger }), path)
      expect(lines).toHaveLength(1)
    }
    const { lines, logger } = recordLog()
    const watchman = createWatchman({ checks, tokens: 'T', logger })
    await ask(watchman, '/?check=x')
    await ask(watchman, '/ping?check=x')
    expect(lines).toEqual([])
  })

  test('is short and escapes control characters', async () => {
    const { messages, logger } = recordLog()
    const watchman = createWatchman({ checks, logger })
    const names = [
      'a\nb\u001b[31m',
      'x'.repeat(5000),
      ...Array.from({ length: 100 }, (_, index) => `n${index}`),
    ]
    await ask(watchman, `/?check=${names.map(encodeURIComponent).join('&check=')}`)
    const [message = ''] = messages()
    expect(message.length).toBeLessThan(1500)
    expect(message).toContain('"a\\nb\\u001b[31m"')
    expect(message).toContain('"n7"')
    expect(message).not.toContain('"n8"')
  })
})
