import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { type SystemOptions, system } from '../src/index.ts'

async function askSystem(options?: SystemOptions, path = '/') {
  const { status, text } = await ask(createWatchman({ checks: [system(options)] }), path)
  return { status, system: JSON.parse(text).system }
}

describe('system', () => {
  test('measures the process it runs in', async () => {
    const { status, system: shown } = await askSystem(undefined, '/?check=watchman.checks.system')
    expect(status).toBe(200)
    expect(shown).toEqual({
      eventLoop: { ok: true, delay: expect.any(Number), utilization: expect.any(Number) },
      memory: {
        ok: true,
        heap: expect.any(Number),
        heapLimit: expect.any(Number),
        rss: expect.any(Number),
        limit: expect.any(Number),
      },
    })
    const { heap, heapLimit, rss, limit } = shown.memory
    expect(heap).toBeGreaterThan(1_000_000)
    expect(heap).toBeLessThan(heapLimit)
    expect(rss).toBeGreaterThan(heap)
    expect(rss).toBeLessThan(limit)
  })

  test('fails when the event loop is blocked', async () => {
    const options = { eventLoop: { maxDelay: 50 } }
    const asked = askSystem(options)
    await Promise.resolve() // it has set its timer once the microtasks are through
    setImmediate(() => {
      const end = performance.now() + 200
      while (performance.now() < end);
    })
    const { status, system: shown } = await asked
    expect(status).toBe(500)
    expect(shown.eventLoop).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^a timer was \d+ ms late$/),
    })
    expect(shown.eventLoop.delay).toBeGreaterThan(50)
    expect(shown.memory.ok).toBe(true)
  })

  test('fails when the event loop is busy all the time', async () => {
    const watchman = createWatchman({ checks: [system({ eventLoop: { maxUtilization: 0.5 } })] })
    const end = performance.now() + 200
    while (performance.now() < end);
    const { body } = await watchman.report()
    const error = expect.stringMatching(/^was busy \d+ % of the time$/)
    expect(body.system).toMatchObject({ eventLoop: { error } })
  })

  test.each([
    ['the heap', { maxHeap: 0.000_1 }, /^the heap is \d+ % full$/],
    ['the process', { maxRss: 0.000_001 }, /^the process uses \d+ % of its memory limit$/],
  ])('fails when %s uses too much memory', async (_what, memory, error) => {
    const { status, system: shown } = await askSystem({ memory })
    expect([status, shown.memory.ok]).toEqual([500, false])
    expect(shown.memory.error).toMatch(error)
  })

  test('measures each disk, and shows which has too little space or does not exist', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchman-system-'))
    const absent = join(folder, 'absent')
    const { status, system: shown } = await askSystem({ disks: { [folder]: 0, [absent]: 0, '/': 1 } })
    await rm(folder, { recursive: true })
    expect(status).toBe(500)
    expect(shown.disks).toEqual([
      { [folder]: { ok: true, free: expect.any(Number), size: expect.any(Number) } },
      { [absent]: { ok: false, error: expect.stringContaining('ENOENT') } },
      {
        '/': {
          ok: false,
          error: expect.stringMatching(/^\d+ % of the disk is free, less than 100 %$/),
          free: expect.any(Number),
          size: expect.any(Number),
        },
      },
    ])
  })

  test.each<[string, unknown, string]>([
    [
      'an unknown option',
      { disk: {} },
      'system has no option "disk": its options are eventLoop, memory, disks',
    ],
    [
      'an unknown limit',
      { memory: { max: 0.5 } },
      'memory has no option "max": its options are maxHeap, maxRss',
    ],
    [
      'a share of more than all',
      { memory: { maxRss: 95 } },
      'option maxRss of memory must be a number from 0 to 1, not 95',
    ],
    [
      'a share that is not a number',
      { disks: { '/': '10%' } },
      'option / of disks must be a number from 0 to 1, not a string',
    ],
    [
      'a negative delay',
      { eventLoop: { maxDelay: -1 } },
      'option maxDelay of eventLoop must be a number from 0, not -1',
    ],
    [
      'a list of disks',
      { disks: ['/'] },
      'option disks of system must be an object of paths and shares, not an array',
    ],
    ['a map of disks', { disks: new Map([['/', 0.1]]) }, 'option disks of system must be an object of paths'],
    ['a number for the memory', { memory: 0.8 }, 'option memory of system must be an object, not 0.8'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => system(untyped(options))).toThrow(message)
  })

  test('refuses an unknown option of the check', () => {
    expect(() => system({}, untyped({ failAfter: 3 }))).toThrow('system has no option "failAfter"')
  })
})
