import { describe, expect, test } from 'vitest'
import { createRoundTrips, type TestFile } from '../src/round-trip.ts'

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
        if (target[step]) steps.push(step)
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

/** Makes one round trip of a new probe. */
const roundTrip = (open: (name: string) => TestFile) => createRoundTrips(open)(never)

describe('createRoundTrips', () => {
  test('writes, measures, reads and removes', async () => {
    const steps: string[] = []
    await roundTrip(memory(steps))
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
    await expect(roundTrip(memory(steps, { ...instead, discard }))).rejects.toThrow(message)
    expect(steps.at(-1)).toBe('discard')
  })

  test.each(['write', 'size', 'read'] as const)(
    'names the pending step at the abort, and starts no other round trip until it has ended and the file is removed (%s)',
    async (slow) => {
      const steps: string[] = []
      const [step, discarded] = [deferred(), deferred()]
      const instead = {
        [slow]: () => step.promise,
        discard: () => discarded.promise,
      }
      const makeRoundTrip = createRoundTrips(memory(steps, instead))
      const abortLater = async () => {
        const controller = new AbortController()
        const failed = makeRoundTrip(controller.signal).catch((error) => error)
        await new Promise(setImmediate)
        const reason = new Error('over')
        controller.abort(reason)
        const { message, cause } = await failed
        expect([message, cause]).toEqual([`no answer to ${slow} yet`, reason])
      }
      for (const _ of [1, 2, 3]) await abortLater()
      const patient = makeRoundTrip(never)
      const sent = [...steps]
      expect(sent.at(-1)).toBe(slow)
      step.resolve()
      await new Promise(setImmediate)
      expect(steps).toEqual([...sent, 'discard'])
      await abortLater()
      expect(steps).toEqual([...sent, 'discard'])
      discarded.resolve()
      await patient.catch(() => {}) // the step of this test does not write
      expect(steps.slice(sent.length)).toEqual(expect.arrayContaining(['discard', 'write']))
    },
  )

  test('makes one round trip at a time, in the order of the calls', async () => {
    const steps: string[] = []
    const makeRoundTrip = createRoundTrips(memory(steps))
    const ended: number[] = []
    await Promise.all([1, 2, 3].map((call) => makeRoundTrip(never).then(() => ended.push(call))))
    const trip = ['write', 'size', 'read', 'remove']
    expect(steps).toEqual([...trip, ...trip, ...trip])
    expect(ended).toEqual([1, 2, 3])
  })

  test('starts the next round trip after one whose files could not be opened', async () => {
    let opened = 0
    const steps: string[] = []
    const makeRoundTrip = createRoundTrips((name) => {
      opened += 1
      if (opened === 1) throw new Error('no file')
      return memory(steps)(name)
    })
    await expect(makeRoundTrip(never)).rejects.toThrow('no file')
    await makeRoundTrip(never)
    expect(steps).toEqual(['write', 'size', 'read', 'remove'])
  })

  test('first removes what a failed round trip left, and writes nothing else while that fails', async () => {
    const names = new Set<string>()
    const steps: string[] = []
    const stored = new Set<string>()
    const state = { canRemove: true }
    const remove = (name: string) => async () => {
      if (!state.canRemove) throw new Error('no delete')
      stored.delete(name)
    }
    const makeRoundTrip = createRoundTrips((name) => {
      names.add(name)
      const write = async () => stored.add(name)
      const size = async () => 66
      const read = async () => `Test file of a health check: ${name.slice(9, -4)}\n`
      return memory(steps, { write, size, read, remove: remove(name), discard: remove(name) })(name)
    })
    await makeRoundTrip(never)
    state.canRemove = false
    for (const _ of [1, 2, 3]) await expect(makeRoundTrip(never)).rejects.toThrow('no delete')
    expect(steps.filter((step) => step === 'write')).toHaveLength(2)
    expect(stored.size).toBe(1)
    state.canRemove = true
    await makeRoundTrip(never)
    expect(stored.size).toBe(0)
    expect(names.size).toBe(2)
  })

  test('uses the same name again while its file may reappear', async () => {
    const names = new Set<string>()
    const state = { mayReappear: true }
    const makeRoundTrip = createRoundTrips((name) => {
      names.add(name)
      return { ...memory([])(name), mayReappear: () => state.mayReappear }
    })
    for (const _ of [1, 2, 3]) await makeRoundTrip(never)
    expect(names.size).toBe(1)
    state.mayReappear = false
    for (const _ of [1, 2]) await makeRoundTrip(never)
    expect(names.size).toBe(2)
  })

  test('says what the file waits for, where the file knows it', async () => {
    const { promise } = deferred()
    const pending = (cause: unknown) => new Error('no socket', { cause })
    const makeRoundTrip = createRoundTrips(memory([], { write: () => promise, pending }))
    for (const _ of [1, 2]) {
      const reason = new Error('over')
      const controller = new AbortController()
      const failed = makeRoundTrip(controller.signal).catch((error) => error)
      controller.abort(reason)
      expect(await failed).toMatchObject({ message: 'no socket', cause: reason })
    }
  })

  test('does nothing after its signal has aborted', async () => {
    const steps: string[] = []
    const reason = new Error('over')
    await expect(createRoundTrips(memory(steps))(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(steps).toEqual([])
  })

  test('gives each file a unique name and content', async () => {
    const files: string[] = []
    const makeRoundTrip = createRoundTrips((name) => {
      const file = memory([])(name)
      return {
        ...file,
        write: (content, signal) => {
          files.push(name, content)
          return file.write(content, signal)
        },
      }
    })
    for (const _ of [1, 2]) await makeRoundTrip(never)
    expect(new Set(files).size).toBe(4)
    for (const name of [files[0], files[2]]) expect(name).toMatch(/^watchman-[0-9a-f-]{36}\.txt$/)
  })
})
