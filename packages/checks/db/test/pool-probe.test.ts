import { describe, expect, test } from 'vitest'
import type { DatabaseConnection } from '../src/connection-probe.ts'
import type { PoolDriver } from '../src/pool-driver.ts'
import { poolProbe } from '../src/pool-probe.ts'

const connection: DatabaseConnection = { on() {}, removeListener() {} }

/** A pool that returns a connection when `arrive` is called, and records whether it is released or destroyed. */
function openPool(ask: () => Promise<unknown>) {
  const arrivals: ((taken: DatabaseConnection) => void)[] = []
  const fates: string[] = []
  const driver: PoolDriver<DatabaseConnection> = {
    take: () => new Promise<DatabaseConnection>((resolve) => arrivals.push(resolve)),
    ask,
    release: () => void fates.push('released'),
    destroy: () => void fates.push('destroyed'),
    connections: () => [],
    queue: () => [],
    onAcquire: () => () => {},
    usage: () => ({ limit: undefined, size: undefined, idle: undefined, waiting: undefined }),
    noneFree: /refused/,
  }
  const probe = poolProbe(driver, {})
  return { probe, fates, arrive: () => arrivals.shift()?.(connection), asked: () => arrivals.length }
}

describe('the probe of a pool', () => {
  test('gives its connection back exactly once, whenever the abort comes', async () => {
    const outcomes = new Set<string>()
    for (let turns = 0; turns < 20; turns++) {
      const { probe, fates, arrive } = openPool(async () => {})
      const controller = new AbortController()
      const run = Promise.resolve(probe(controller.signal)).then(
        () => 'answered',
        () => 'failed',
      )
      arrive()
      for (let turn = 0; turn < turns; turn++) await undefined
      controller.abort(new Error('timed out'))
      const outcome = await run
      await new Promise(setImmediate)
      expect(fates).toHaveLength(1)
      outcomes.add(`${outcome}, ${fates}`)
    }
    expect([...outcomes]).toEqual(['failed, released', 'failed, destroyed', 'answered, released'])
  })

  test('takes another connection from the pool once the pending request has been settled', async () => {
    const { probe, arrive, asked, fates } = openPool(async () => {})
    const controller = new AbortController()
    const aborted = probe(controller.signal)
    controller.abort(new Error('timed out'))
    await expect(aborted).rejects.toThrow('no connection to the server yet')
    expect(asked()).toBe(1)
    arrive()
    await new Promise(setImmediate)
    expect(fates).toEqual(['released'])
    const answer = probe(new AbortController().signal)
    expect(asked()).toBe(1)
    arrive()
    await answer
    expect(fates).toEqual(['released', 'released'])
  })
})
