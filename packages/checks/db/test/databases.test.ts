import { createWatchman, type Probe } from '@watchman/core'
import { describe, expect, it } from 'vitest'
import { databases } from '../src/index.ts'

const up: Probe = () => {}
const down: Probe = () => {
  throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
}

function get(query: string, ...parameters: Parameters<typeof databases>): Promise<string> {
  const watchman = createWatchman({ checks: [databases(...parameters)] })
  return watchman.fetch(new Request(`http://localhost/${query}`)).then((response) => response.text())
}

describe('databases', () => {
  it('answers each target by name, sorted', async () => {
    expect(await get('', { replica: down, default: up })).toBe(
      '{"databases":[{"default":{"ok":true}},{"replica":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:5432"}}]}',
    )
  })

  it.each(['databases', 'watchman.checks.databases', 'mine'])('answers to the name %s', async (name) => {
    const answer = await get(`?check=${name}`, { default: up }, { aliases: ['mine'] })
    expect(answer).toBe('{"databases":[{"default":{"ok":true}}]}')
  })

  it('takes the policy', async () => {
    expect(await get('', { default: () => new Promise(() => {}) }, { timeout: 20 })).toMatch(
      'timed out after 20 ms',
    )
    expect(() => databases({ default: up }, { timeout: 0 })).toThrow('option timeout of databases')
    expect(() => Reflect.apply(databases, undefined, [{ default: up }, { aliases: 7 }])).toThrow(
      'option aliases',
    )
  })

  it.each<[string, unknown]>([
    ['a target without a name', up],
    ['no target', {}],
    ['no target', undefined],
  ])('refuses %s', (message, probes) => {
    expect(() => Reflect.apply(databases, undefined, [probes])).toThrow(
      expect.objectContaining({
        code: 'INVALID_CHECK',
        message: expect.stringContaining(`databases has ${message}`),
      }),
    )
  })
})
