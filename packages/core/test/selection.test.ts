import { createWatchman, defineCheck } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'

function endpoint() {
  const runs: string[] = []
  const check = (name: string, aliases: readonly string[] = []) =>
    defineCheck(
      name,
      () => {
        runs.push(name)
        return { [name]: { ok: true } }
      },
      { aliases },
    )
  const checks = [
    check('databases', ['watchman.checks.databases']),
    check('caches', ['watchman.checks.caches']),
    check('größe, 1&2'),
  ]
  return { watchman: createWatchman({ checks }), runs }
}

const odd = encodeURIComponent('größe, 1&2')

describe('the query', () => {
  test.each([
    ['/', ['databases', 'caches', 'größe, 1&2']],
    ['/?check=caches', ['caches']],
    ['/?check=caches&check=databases', ['databases', 'caches']],
    ['/?check=caches&check=caches', ['caches']],
    ['/?check=watchman.checks.caches', ['caches']],
    ['/?check=caches&check=unknown', ['caches']],
    ['/?skip=caches', ['databases', 'größe, 1&2']],
    ['/?skip=watchman.checks.caches&skip=databases', ['größe, 1&2']],
    ['/?skip=unknown', ['databases', 'caches', 'größe, 1&2']],
    ['/?check=databases&check=caches&skip=caches', ['databases']],
    ['/?check=databases&skip=watchman.checks.caches', ['databases']],
    [`/?check=${odd}`, ['größe, 1&2']],
    [`/?skip=${odd}`, ['databases', 'caches']],
    ['/?check=caches&x=%E0%A4%A&%', ['caches']],
    ['/?xcheck=caches', ['databases', 'caches', 'größe, 1&2']],
    ['/?CHECK=caches', ['databases', 'caches', 'größe, 1&2']],
  ])('%s runs %j and nothing else', async (path, names) => {
    const { watchman, runs } = endpoint()
    const { status, text } = await ask(watchman, path)
    expect(status).toBe(200)
    expect(text).toBe(JSON.stringify(Object.fromEntries(names.map((name) => [name, { ok: true }]))))
    expect(runs).toEqual(names)
  })

  test('cannot change the state', async () => {
    const checks = [defineCheck('down', () => Promise.reject(new Error('down')))]
    const watchman = createWatchman({ checks })
    for (const query of [
      '?simulate=healthy',
      '?debug=1',
      '?ok=true',
      '?errorCode=200',
      '?failingStatus=200',
      '?details=full',
      '?timeout=1',
    ]) {
      expect((await ask(watchman, `/${query}`)).status).toBe(500)
    }
  })

  test('may have thousands of parameters, or a very long name', async () => {
    const { watchman, runs } = endpoint()
    expect((await ask(watchman, `/?${'check=caches&'.repeat(5000)}`)).status).toBe(200)
    expect(runs).toEqual(['caches'])
    expect((await ask(watchman, `/?check=${'x'.repeat(50_000)}`)).status).toBe(404)
    expect((await ask(watchman, `/?check=${'x.'.repeat(25_000)}`)).status).toBe(404)
  })
})

describe.each(['/', '/bare'])('the query of %s', (view) => {
  test.each([
    '?check=unknown',
    '?check=',
    '?check',
    '?check=Databases',
    '?check=databases,caches',
    '?check=__proto__',
    '?check=databases%00',
    '?check=databases.',
    '?check=databases.default',
    '?check=.databases',
    '?check=caches&skip=caches',
    '?check=caches&skip=watchman.checks.caches',
    `?skip=databases&skip=caches&skip=${odd}`,
  ])('%s leaves no check: 404', async (query) => {
    const { watchman, runs } = endpoint()
    const { status, body } = await ask(watchman, view + query)
    expect(status).toBe(404)
    expect(body).toEqual(view === '/' ? { error: 404, message: 'No checks found' } : '')
    expect(runs).toEqual([])
  })
})
