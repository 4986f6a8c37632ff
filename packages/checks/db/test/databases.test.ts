import { createWatchman, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { databases } from '../src/index.ts'

const up: Probe = () => {}
const down: Probe = () => {
  throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
}

async function get(query: string, ...parameters: Parameters<typeof databases>): Promise<string> {
  const { text } = await ask(createWatchman({ checks: [databases(...parameters)] }), `/${query}`)
  return text
}

describe('databases', () => {
  test('answers each target by name, sorted', async () => {
    expect(await get('', { replica: down, default: up })).toBe(
      '{"databases":[{"default":{"ok":true}},{"replica":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:5432"}}]}',
    )
  })

  test.each(['databases', 'watchman.checks.databases', 'mine'])('answers to the name %s', async (name) => {
    const answer = await get(`?check=${name}`, { default: up }, { aliases: ['mine'] })
    expect(answer).toBe('{"databases":[{"default":{"ok":true}}]}')
  })

  test('accepts a policy for one target', async () => {
    const targets = { default: up, replica: { probe: down, critical: false } }
    const watchman = createWatchman({ checks: [databases(targets)] })
    expect(await watchman.report()).toMatchObject({ state: 'degraded' })
    const { status, text } = await ask(watchman, '/?check=databases.replica')
    expect(`${status} ${text}`).toBe(
      '200 {"databases":[{"replica":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:5432"}}]}',
    )
  })

  test('accepts a policy for all targets', async () => {
    expect(await get('', { default: () => new Promise(() => {}) }, { timeout: 20 })).toMatch(
      'timed out after 20 ms',
    )
  })

  test('refuses options that cannot work', () => {
    expect(() => databases({ default: up }, { timeout: 0 })).toThrow('option timeout of databases')
    for (const aliases of [7, 'mine', [7]]) {
      expect(() => Reflect.apply(databases, undefined, [{ default: up }, { aliases }])).toThrow(
        'option aliases of databases must be an array of non-empty strings, not ',
      )
    }
    expect(() => Reflect.apply(databases, undefined, [{ default: up }, { timout: 1 }])).toThrow(
      'databases has no option "timout"',
    )
  })

  test.each<[string, unknown]>([
    ['expects named targets, not a function: name each, as in databases({ default: probe })', up],
    ['expects named targets, not undefined: name each', undefined],
    ['expects named targets, not an array: name each', [up]],
    ['has no target: name one, as in { default: probe }', {}],
  ])('%s', (message, targets) => {
    expect(() => Reflect.apply(databases, undefined, [targets])).toThrow(
      expect.objectContaining({
        code: 'INVALID_CHECK',
        message: expect.stringContaining(`databases ${message}`),
      }),
    )
  })
})
