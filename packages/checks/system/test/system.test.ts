import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWatchman } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { type SystemOptions, system } from '../src/index.ts'

async function ask(options?: SystemOptions, path = '/') {
  const watchman = createWatchman({ checks: [system(options)] })
  const response = await watchman.fetch(new Request(`http://status.test${path}`))
  const body: unknown = await response.json()
  return { status: response.status, system: Object(body).system }
}

describe('system', () => {
  test('measures the process it runs in', async () => {
    const { status, system: told } = await ask(undefined, '/?check=watchman.checks.system')
    expect(status).toBe(200)
    expect(told).toEqual({
      eventLoop: { ok: true, delay: expect.any(Number), utilization: expect.any(Number) },
      memory: {
        ok: true,
        heap: expect.any(Number),
        heapLimit: expect.any(Number),
        rss: expect.any(Number),
        limit: expect.any(Number),
      },
    })
    const { heap, heapLimit, rss, limit } = told.memory
    expect(heap).toBeGreaterThan(1_000_000)
    expect(heap).toBeLessThan(heapLimit)
    expect(rss).toBeGreaterThan(heap)
    expect(rss).toBeLessThan(limit)
  })

  test('says that the event loop is blocked', async () => {
    const options = { eventLoop: { maxDelay: 50 } }
    const asked = ask(options)
    await Promise.resolve() // it has set its timer once the microtasks are through
    setImmediate(() => {
      const end = performance.now() + 200
      while (performance.now() < end);
    })
    const { status, system: told } = await asked
    expect(status).toBe(500)
    expect(told.eventLoop).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^a timer was \d+ ms late$/),
    })
    expect(told.eventLoop.delay).toBeGreaterThan(50)
    expect(told.memory.ok).toBe(true)
  })

  test('says that the event loop is at work all the time', async () => {
    const watchman = createWatchman({ checks: [system({ eventLoop: { maxUtilization: 0.5 } })] })
    const end = performance.now() + 200
    while (performance.now() < end);
    const { body } = await watchman.run()
    expect(Object(body.system).eventLoop.error).toMatch(/^was at work for \d+ % of the time$/)
  })

  test.each([
    ['the heap', { maxHeap: 0.000_1 }, /^the heap is \d+ % full$/],
    ['the process', { maxRss: 0.000_001 }, /^the process has \d+ % of its memory$/],
  ])('says that %s has too much memory', async (_what, memory, error) => {
    const { status, system: told } = await ask({ memory })
    expect([status, told.memory.ok]).toEqual([500, false])
    expect(told.memory.error).toMatch(error)
  })

  test('measures each disk, and says which has too little left or is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchman-system-'))
    const absent = join(folder, 'absent')
    const { status, system: told } = await ask({ disks: { [folder]: 0, [absent]: 0, '/': 1 } })
    await rm(folder, { recursive: true })
    expect(status).toBe(500)
    expect(told.disks).toEqual([
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
    ['an unknown option', { disk: {} }, 'option disk of system must be one of eventLoop,memory,disks'],
    ['an unknown limit', { memory: { max: 0.5 } }, 'option max of memory must be one of maxHeap,maxRss'],
    [
      'a share of more than all',
      { memory: { maxRss: 95 } },
      'option maxRss of system must be a share from 0 to 1',
    ],
    [
      'a share that is no number',
      { disks: { '/': '10%' } },
      'option / of system must be a share from 0 to 1',
    ],
    [
      'a negative delay',
      { eventLoop: { maxDelay: -1 } },
      'option maxDelay of eventLoop must be milliseconds',
    ],
    ['a list of disks', { disks: ['/'] }, 'options of disks must be an object'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => system(Object(options))).toThrow(message)
  })
})
