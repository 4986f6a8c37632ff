import { type Check, type Dict, defineCheck, defineProbeCheck } from '@watchman/core'
import { checkCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { failingCases, separateCases } from './failing-cases.ts'
import { type FakeBackend, fakeBackend } from './fake-backend.ts'
import { faultless } from './probe-drivers.ts'

type Make = (backend: FakeBackend) => Check

const policy = { timeout: 200, ttl: 0 }
const faultlessCheck: Make = (backend) => defineProbeCheck('queues', { main: faultless(backend) }, policy)

/** Makes a check that returns what `make` makes of the state of the backend and of the error of a probe. */
function returning(make: (state: string, error: unknown) => Dict): Make {
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

const OK = 'the report is ok when the backend is up'
const KEYS = 'the check adds its own keys to the body'
const TEN = 'the check answers ten requests at once'
const DOWN = 'the report fails and names the cause when the backend is down'
const NOTICES = 'the same check notices that the backend went down, and recovers with it'
const UNCAUGHT = 'no error is left uncaught'
const HUNG = 'the report fails at the timeout when the backend hangs'
const LEAVES = 'the check leaves nothing behind'
const SECRET = 'the report and the log show no credential when the backend is down'

const faults: readonly (readonly [fault: string, make: Make, found: readonly string[]])[] = [
  [
    'is never ok',
    returning(() => ({ queues: { ok: false, error: 'no such queue' } })),
    [OK, KEYS, TEN, NOTICES, LEAVES],
  ],
  ['is always ok', returning(() => ({ queues: { ok: true } })), [DOWN, NOTICES]],
  [
    'is ok without an answer',
    (backend) => {
      const run = () => {
        if (backend.state() === 'down') throw new Error('the flag is down')
        return { queues: { ok: true } }
      }
      return defineCheck('queues', run, policy)
    },
    [HUNG],
  ],
  ['names no cause', returning((_, error) => ({ queues: error ? { ok: false } : { ok: true } })), [DOWN]],
  [
    'shows the password',
    returning((_, error) => ({ queues: error ? { ok: false, error: 'hunter2 is refused' } : { ok: true } })),
    [SECRET],
  ],
  ['adds nothing to the body', returning((_, error) => (error ? { error } : {})), [KEYS]],
  ['uses the key of any check', returning((_, error) => ({ other: error ?? { ok: true } })), [KEYS]],
  [
    'cannot do two things at once',
    (backend) => {
      let isRunning = false
      return defineCheck(
        'queues',
        async (_, { signal }) => {
          if (isRunning) throw new Error('it is running')
          isRunning = true
          await Promise.resolve(faultless(backend)(signal)).finally(() => {
            isRunning = false
          })
          return { queues: { ok: true } }
        },
        { timeout: 200 },
      )
    },
    [TEN],
  ],
  [
    'keeps its first result',
    (backend) => {
      let first: Dict | undefined
      const probe = faultless(backend)
      return defineCheck(
        'queues',
        async (_, { signal }) => {
          first ??= await Promise.resolve(probe(signal)).then(
            () => ({ queues: { ok: true } }),
            (error: unknown) => ({ queues: error }),
          )
          return first
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
      return faultlessCheck(backend)
    },
    [LEAVES],
  ],
  [
    'leaves a rejection unhandled',
    returning((_, error) => {
      if (error) void Promise.reject(new Error('late'))
      return { queues: error ?? { ok: true } }
    }),
    [UNCAUGHT],
  ],
]

/** The cases for a check, each with its own backend. */
function casesOf(make: Make) {
  return separateCases(() => {
    const backend = fakeBackend()
    const change = (state: 'up' | 'down' | 'hung') => () => {
      backend.setState(state)
      return make(backend)
    }
    return checkCases({
      up: change('up'),
      down: change('down'),
      hung: change('hung'),
      leftovers: () => [...backend.keys],
      secrets: ['hunter2'],
      patience: 300,
    })
  })
}

describe('a check without a fault', () => {
  for (const { name, run } of casesOf(faultlessCheck)) test(name, run)
})

describe('the cases find a check that', () => {
  for (const [fault, make, found] of faults) {
    test(fault, async () => {
      const cases = casesOf(make)
      const expected = cases.map(({ name }) => name).filter((name) => found.includes(name))
      expect(await failingCases(cases)).toEqual(expected)
    })
  }
})

test('each case finds a fault', () => {
  const found = faults.flatMap(([, , names]) => names)
  const names = casesOf(faultlessCheck).map(({ name }) => name)
  expect(names.filter((name) => !found.includes(name))).toEqual([])
})
