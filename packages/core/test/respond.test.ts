import { type Answer, createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { describe, expect, test } from 'vitest'

const request = new Request('http://status.test/')

/** Hands over what it was asked to make a response of. */
function recorder() {
  const answers: Answer[] = []
  const respond = (answer: Answer) => {
    answers.push(answer)
    return new Response('made by the adapter', { status: 201 })
  }
  return { answers, respond }
}

describe('what needs no waiting is answered at once', () => {
  const respond = ({ status, body }: Answer) => `${status} ${body}`
  const probes = { checks: [defineProbeCheck('probe', () => {}, { ttl: 60_000 })] }

  test('a report that is reused, with a token or without', async () => {
    for (const watchman of [createWatchman(probes), createWatchman({ ...probes, tokens: 'T' })]) {
      const ask = () => watchman.handle(request, { path: '/', search: '?watchman-token=T', respond })
      const first = ask()
      expect(first).toBeInstanceOf(Promise)
      expect(await first).toBe('200 {"probe":{"ok":true}}')
      expect(ask()).toBe('200 {"probe":{"ok":true}}')
      expect(watchman.bare(request, { respond })).toBe('200 null')
    }
  })

  test('a ping, and what is refused', async () => {
    const watchman = createWatchman({ ...probes, tokens: 'T' })
    expect(watchman.ping(request, { respond })).toBe('200 pong')
    expect(watchman.handle(request, { path: '/nowhere', respond })).toMatch(/^404 /)
    expect(watchman.handle(request, { path: '/', respond })).toMatch(/^403 /)
    expect(watchman.ping(new Request(request, { method: 'PUT' }), { respond })).toMatch(/^405 /)
    await watchman.close()
    expect(watchman.ping(request, { respond })).toMatch(/^503 /)
  })

  test('but never what somebody has to be asked for', async () => {
    const watchman = createWatchman({ ...probes, authorize: () => true })
    await watchman.run()
    const answer = watchman.handle(request, { path: '/', respond })
    expect(answer).toBeInstanceOf(Promise)
    expect(await answer).toMatch(/^200 /)
  })
})

test('the query that an adapter names counts in place of that of the URL', async () => {
  const checks = ['a', 'b'].map((name) => defineProbeCheck(name, () => {}))
  const watchman = createWatchman({ checks, tokens: 'T' })
  const unread = new Proxy(request, {
    get: (target, name) =>
      name === 'url' ? expect.unreachable('the URL is read') : Reflect.get(target, name),
  })
  const ask = (search: string) =>
    watchman.handle(unread, { path: '/', search, respond: ({ status, body }) => `${status} ${body}` })
  expect(await ask('?watchman-token=T&check=b')).toBe('200 {"b":{"ok":true}}')
  expect(await ask('')).toMatch(/^403/)
})

describe('an adapter that makes the responses', () => {
  test('is given what watchman.fetch answers, by every built-in view and every refusal', async () => {
    const options = {
      checks: [() => ({ fine: true })].map((run) => defineCheck('own', run, { ttl: 60_000 })),
    }
    const open = createWatchman({ ...options, exposeVersion: true })
    const locked = createWatchman({ ...options, tokens: 'secret' })
    const paths = ['/', '/bare', '/ping', '/nowhere']
    for (const [watchman, path] of [open, locked].flatMap((one) =>
      paths.map((path) => [one, path] as const),
    )) {
      const { answers, respond } = recorder()
      const made = await watchman.handle(request, { path, respond })
      const told = await watchman.fetch(new Request(`http://status.test${path}`))
      const names = Object.entries({ ...answers[0]?.headers }).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ])
      expect(await made.text()).toBe('made by the adapter')
      expect(answers[0]?.status).toBe(told.status)
      expect(Object.fromEntries(names)).toEqual(Object.fromEntries(told.headers))
      expect(answers[0]?.body ?? '').toBe(await told.text())
    }
  })

  test('is given the same answer for as long as the report is reused, and another one then', async () => {
    const { answers, respond } = recorder()
    const watchman = createWatchman({ checks: [defineCheck('short', () => ({ ok: true }), { ttl: 30 })] })
    const ask = () => watchman.handle(request, { path: '/', respond })
    await ask()
    await ask()
    await new Promise((resolve) => setTimeout(resolve, 60))
    await ask()
    expect(answers[1]).toBe(answers[0])
    expect(answers[2]).not.toBe(answers[0])
  })

  test('is given for HEAD what it is given for GET', async () => {
    const { answers, respond } = recorder()
    const watchman = createWatchman({ checks: [defineCheck('own', () => ({ a: 1 }), { ttl: 60_000 })] })
    for (const method of ['GET', 'HEAD']) {
      await watchman.handle(new Request(request, { method }), { path: '/', respond })
    }
    expect(answers[1]).toBe(answers[0])
    expect(answers[0]?.body).toBe('{"a":1}')
  })

  test('that throws is answered for with a 500 of the platform', async () => {
    const respond = () => {
      throw new Error('out of order')
    }
    const response = await createWatchman().handle(request, { path: '/ping', respond })
    expect([response.status, await response.json()]).toEqual([500, { error: 500, message: 'Internal error' }])
  })
})

test('views of others make their own responses, whatever the adapter would make', async () => {
  const { answers, respond } = recorder()
  const view = { path: 'own', protected: false, render: () => new Response('own') }
  const response = await createWatchman({ views: [view] }).handle(request, { path: '/own', respond })
  expect([await response.text(), answers]).toEqual(['own', []])
})
