import { describe, expect, test } from 'vitest'
import { roundTrip, type TestFile } from '../src/round-trip.ts'

/** A test file in memory that notes its steps; `instead` takes the place of some. */
function memory(steps: string[], instead: Partial<TestFile> = {}) {
  return (name: string): TestFile => {
    const stored = new Map<string, string>()
    const file: TestFile = {
      write: async (content) => stored.set(name, content),
      size: async () => stored.get(name)?.length,
      read: async () => stored.get(name),
      remove: async () => stored.delete(name),
      discard: async () => stored.delete(name),
      ...instead,
    }
    return new Proxy(file, {
      get(target, step: keyof TestFile) {
        steps.push(step)
        return target[step]
      },
    })
  }
}

/** A promise that is settled from outside: Node 20 has no `Promise.withResolvers`. */
function deferred() {
  const resolvers: (() => void)[] = []
  const promise = new Promise<undefined>((resolve) => resolvers.push(() => resolve(undefined)))
  return { promise, resolve: () => resolvers[0]?.() }
}

const never = new AbortController().signal

describe('roundTrip', () => {
  test('writes, measures, reads and removes', async () => {
    const steps: string[] = []
    await roundTrip(memory(steps), never)
    expect(steps).toEqual(['write', 'size', 'read', 'remove'])
  })

  test.each<[string, Partial<TestFile>, string]>([
    ['a write fails', { write: () => Promise.reject(new Error('no write')) }, 'no write'],
    ['the size is another', { size: async () => 1 }, 'wrote 66 bytes, but the file has 1'],
    ['there is no size', { size: async () => undefined }, 'wrote 66 bytes, but the file has none'],
    ['the content is another', { read: async () => 'other' }, 'read something else than what was written'],
    ['there is no content', { read: async () => undefined }, 'read something else than what was written'],
    ['it cannot be removed', { remove: () => Promise.reject(new Error('no delete')) }, 'no delete'],
  ])('discards the file and reports the first failure when %s', async (_name, instead, message) => {
    const steps: string[] = []
    const discard = () => Promise.reject(new Error('no discard'))
    await expect(roundTrip(memory(steps, { ...instead, discard }), never)).rejects.toThrow(message)
    expect(steps.at(-1)).toBe('discard')
  })

  test.each(['write', 'size', 'read'] as const)(
    'names the pending step at the deadline, and has settled when it has ended and the file is removed (%s)',
    async (slow) => {
      const steps: string[] = []
      const controller = new AbortController()
      const step = deferred()
      const trip = roundTrip(memory(steps, { [slow]: () => step.promise }), controller.signal)
      const failed = trip.catch((error) => error)
      const reason = new Error('over')
      await new Promise(setImmediate)
      controller.abort(reason)
      const { message, cause, settled } = await failed
      expect([message, cause]).toEqual([`no answer to ${slow} yet`, reason])
      const state = { ended: false }
      const ended = settled.catch(() => {
        state.ended = true
      })
      await new Promise(setImmediate)
      expect(state.ended).toBe(false)
      expect(steps.at(-1)).toBe(slow)
      step.resolve()
      await ended
      expect(steps.slice(-2)).toEqual([slow, 'discard'])
    },
  )

  test('does nothing after its signal has aborted', async () => {
    const steps: string[] = []
    const reason = new Error('over')
    await expect(roundTrip(memory(steps), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(steps).toEqual([])
  })

  test('gives each file a unique name and content', async () => {
    const files: string[] = []
    const open = (name: string): TestFile => ({
      ...memory([])(name),
      write: async (content) => files.push(name, content),
    })
    for (const _ of [1, 2]) await expect(roundTrip(open, never)).rejects.toThrow()
    expect(new Set(files).size).toBe(4)
    for (const name of [files[0], files[2]]) expect(name).toMatch(/^watchman-[0-9a-f-]{36}\.txt$/)
  })
})
