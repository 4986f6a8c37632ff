import { createWatchman, defineCheck } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { memberOf } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { adapterRequest, bodyOf } from './adapter-request.ts'
import { viewPlugin } from './plugins.ts'
import { sleep } from './sleep.ts'

describe('context.raw', () => {
  const caller = defineCheck('caller', async (_request, { raw }) => {
    await sleep(5)
    return { ip: memberOf(raw, 'ip') ?? 'unknown' }
  })

  test("is the framework's own request, for each call its own", async () => {
    const watchman = createWatchman({ checks: [caller] })
    const byPath = handleOf(watchman, 'test')
    const byView = handleOf(watchman.status, 'test')
    const answers = await Promise.all([
      byPath(adapterRequest('/', { raw: { ip: '10.0.0.1' } })),
      byView(adapterRequest('/', { raw: { ip: '10.0.0.2' } })),
      byPath(adapterRequest('/')),
    ])
    expect(answers.map(({ body }) => body)).toEqual([
      '{"ip":"10.0.0.1"}',
      '{"ip":"10.0.0.2"}',
      '{"ip":"unknown"}',
    ])
  })

  test('is the very object that the adapter passed', async () => {
    const seen: unknown[] = []
    const check = defineCheck('caller', (_request, { raw }) => ({ seen: seen.push(raw) }))
    const raw = new Map([['ip', '10.0.0.1']])
    await handleOf(createWatchman({ checks: [check] }), 'test')(adapterRequest('/', { raw }))
    expect(seen[0]).toBe(raw)
  })

  test('is passed on by the view of a plugin that asks for a report', async () => {
    const page = viewPlugin('page', async ({ selected }) => Response.json((await selected.report()).body))
    const handle = handleOf(createWatchman({ checks: [caller], plugins: [page] }), 'test')
    const response = await handle(adapterRequest('/page', { raw: { ip: '10.0.0.3' } }))
    expect(await bodyOf(response)).toBe('{"ip":"10.0.0.3"}')
  })

  test('is undefined without an adapter', async () => {
    const seen: unknown[] = []
    const check = defineCheck('caller', (_request, context) => ({ seen: seen.push(context.raw) }))
    const watchman = createWatchman({ checks: [check] })
    await ask(watchman)
    await watchman.report()
    expect(seen).toEqual([undefined, undefined])
  })
})
