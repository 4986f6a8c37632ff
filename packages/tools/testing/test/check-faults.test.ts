import { AssertionError } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Check, type Dict, defineCheck, defineProbeCheck } from '@watchman/core'
import { checkCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { strayErrors } from '../src/stray-errors.ts'
import { type FakeBackend, fakeBackend } from './fake-backend.ts'
import { faultless } from './probe-drivers.ts'

type Make = (backend: FakeBackend) => Check

const policy = { timeout: 200, ttl: 0 }
const sound: Make = (backend) => defineProbeCheck('queues', { main: faultless(backend) }, policy)

/** A check whose dict is made of what the probe came to. */
function answering(make: (state: string, error: unknown) => Dict): Make {
  return (backend) =>
    defineCheck(
      'queues',
      async (_, { signal }) => {
        const { error } = await Promise.resolve(faultless(backend)(signal)).then(
          () => ({ error: undefined }),
          (thrown: unknown) => ({ error: thrown }),
        )
        return make(backend.state(), error)
      },
      policy,
    )
}

const OK = 'ok when what is checked is well'
const KEYS = 'has keys of its own in the body'
const TEN = 'answers ten requests at once'
const DOWN = 'fails and names the cause when what is checked is down'
const NOTICES = 'notices that what is checked went down, and recovers with it'
const STRAY = 'thrown where nobody can catch it'
const HUNG = 'fails at the deadline when what is checked hangs'
const LEAVES = 'leaves nothing behind'
const SECRET = 'no credential when what is checked is down'

const faults: readonly (readonly [fault: string, make: Make, found: readonly string[]])[] = [
  [
    'is never ok',
    answering(() => ({ queues: { ok: false, error: 'no such queue' } })),
    [OK, KEYS, TEN, NOTICES, LEAVES],
  ],
  ['is ok whatever happens', answering(() => ({ queues: { ok: true } })), [DOWN, NOTICES]],
  [
    'is ok without an answer',
    (backend) => {
      const run = () => {
        if (backend.state() === 'down') throw new Error('the flag says that it is down')
        return { queues: { ok: true } }
      }
      return defineCheck('queues', run, policy)
    },
    [HUNG],
  ],
  ['names no cause', answering((_, error) => ({ queues: error ? { ok: false } : { ok: true } })), [DOWN]],
  [
    'shows the password',
    answering((_, error) => ({ queues: error ? { ok: false, error: 'hunter2 is refused' } : { ok: true } })),
    [SECRET],
  ],
  ['adds nothing to the body', answering((_, error) => (error ? { error } : {})), [KEYS]],
  ['uses the key of any check', answering((_, error) => ({ other: error ?? { ok: true } })), [KEYS]],
  [
    'cannot do two things at once',
    (backend) => {
      const now = { asked: false }
      return defineCheck(
        'queues',
        async (_, { signal }) => {
          if (now.asked) throw new Error('it is asked already')
          now.asked = true
          await Promise.resolve(faultless(backend)(signal)).finally(() => {
            now.asked = false
          })
          return { queues: { ok: true } }
        },
        { timeout: 200 },
      )
    },
    [TEN],
  ],
  [
    'remembers what it has seen first',
    (backend) => {
      const first: { dict?: Dict } = {}
      const look = answering((_, error) => ({ queues: error ?? { ok: true } }))(backend)
      return defineCheck(
        'queues',
        async (request, context) => {
          first.dict ??= await look.run(request, context)
          return first.dict
        },
        policy,
      )
    },
    [NOTICES],
  ],
  [
    'leaves a key behind',
    (backend) => {
      backend.keys.add('one')
      return sound(backend)
    },
    [LEAVES],
  ],
  [
    'rejects a promise that nobody waits for',
    answering((_, error) => {
      if (error) void Promise.reject(new Error('late'))
      return { queues: error ?? { ok: true } }
    }),
    [STRAY],
  ],
]

function casesOf(make: Make) {
  const cases = () => {
    const backend = fakeBackend()
    const turned = (state: 'up' | 'down' | 'hung') => () => {
      backend.turn(state)
      return make(backend)
    }
    const residue = () => [...backend.keys]
    const secrets = ['hunter2']
    return checkCases({
      up: turned('up'),
      down: turned('down'),
      hung: turned('hung'),
      residue,
      secrets,
      patience: 300,
    })
  }
  return cases().map(({ name }, index) => ({ name, run: async () => cases()[index]?.run() }))
}

async function failing(make: Make): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of casesOf(make)) {
    await strayErrors(async () => {
      await run().catch((error: unknown) => {
        expect(error).toBeInstanceOf(AssertionError)
        failed.push(name)
      })
      await setTimeout(5)
    })
  }
  return failed
}

describe('a check without a fault', () => {
  for (const { name, run } of casesOf(sound)) test(name, run)
})

describe('a check that', () => {
  for (const [fault, make, found] of faults) {
    test(`${fault} is found out`, async () => {
      const names = casesOf(make).map(({ name }) => name)
      expect(await failing(make)).toEqual(names.filter((name) => found.some((end) => name.endsWith(end))))
    })
  }
})

test('each case finds a fault', () => {
  const found = faults.flatMap(([, , names]) => names)
  const names = casesOf(sound).map(({ name }) => name)
  expect(names.filter((name) => !found.some((end) => name.endsWith(end)))).toEqual([])
})
