import { EventEmitter, once } from 'node:events'
import type { Probe } from '@watchman/core'
import { expect, test } from 'vitest'
import { type Cache, roundTrip } from '../src/round-trip.ts'

/** A cache in memory, of which some commands are replaced. */
function cacheOf(store: Map<string, string>, replaced: Partial<Cache> = {}): Cache {
  return {
    set: async (key, value) => void store.set(key, value),
    get: async (key) => store.get(key),
    delete: async (key) => void store.delete(key),
    ...replaced,
  }
}

/** Aborts a run once it has sent its commands. */
async function runAndAbort(run: Probe): Promise<void> {
  const controller = new AbortController()
  const lost = run(controller.signal)
  setImmediate(() => controller.abort(new Error('timed out')))
  await expect(lost).rejects.toThrow('timed out')
}

const anySignal = () => new AbortController().signal

test('a value that a lagging replica does not have yet is read again', async () => {
  const store = new Map<string, string>()
  let reads = 0
  const get = async (key: string) => {
    reads += 1
    return reads > 3 ? store.get(key) : undefined
  }
  await roundTrip(cacheOf(store, { get }), 'w:')(anySignal())
  expect(store.size).toBe(0)
})

test('a value that a full store evicts is written again', async () => {
  const store = new Map<string, string>()
  let writes = 0
  const set = async (key: string, value: string) => {
    writes += 1
    if (writes > 3) store.set(key, value)
  }
  await roundTrip(cacheOf(store, { set }), 'w:')(anySignal())
  expect(writes).toBe(4)
  expect(store.size).toBe(0)
})

test('a store that takes every value and keeps none fails', async () => {
  const run = roundTrip(cacheOf(new Map(), { set: async () => {} }), 'w:')
  await expect(run(anySignal())).rejects.toThrow('read back nothing of what was written, 10 times in a row')
})

test('a run that adopts commands does not fail with the timeout of the run that sent them', async () => {
  const store = new Map<string, string>()
  const server = new EventEmitter()
  let reads = 0
  const get = async (key: string) => {
    reads += 1
    if (reads > 1) return store.get(key)
    await once(server, 'answer')
    return undefined
  }
  const run = roundTrip(cacheOf(store, { get }), 'w:')
  await runAndAbort(run)
  const second = run(anySignal())
  server.emit('answer')
  await second
  expect(reads).toBe(2)
})

test('the key of an exchange that never settles is deleted by the first run that succeeds', async () => {
  const store = new Map<string, string>()
  let isAnswering = false
  const get = async (key: string) => {
    if (!isAnswering) await new Promise(() => {})
    return store.get(key)
  }
  const run = roundTrip(cacheOf(store, { get }), 'w:')
  for (let count = 0; count < 3; count += 1) {
    await runAndAbort(run)
  }
  expect(store.size).toBe(2)
  isAnswering = true
  await run(anySignal())
  expect(store.size).toBe(0)
})

test('a cache that does not take the value is not asked to delete it, and is given the same key again', async () => {
  const keys: string[] = []
  const set = (key: string) => {
    keys.push(key)
    return Promise.reject(new Error('down'))
  }
  const remove = () => new Promise(() => {}) // queued until there is a connection
  const run = roundTrip(cacheOf(new Map(), { set, delete: remove }), 'w:')
  await expect(run(anySignal())).rejects.toThrow('down')
  await expect(run(anySignal())).rejects.toThrow('down')
  expect(keys).toEqual([keys[0], keys[0]])
})
