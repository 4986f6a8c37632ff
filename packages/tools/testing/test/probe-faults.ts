import type { FakeBackend } from './fake-backend.ts'
import { afterwards, type Driver, faultless, patient, rejecting } from './probe-drivers.ts'

/** A driver with a fault, and the cases that find it out: those whose names end so, and no others. */
export interface ProbeFault {
  readonly fault: string
  readonly driver: Driver
  readonly found: readonly string[]
}

const UP = 'resolves when the backend is up'
const TEN = 'answers ten at once'
const DOWN = 'rejects with an Error when the backend is down'
const CAUSE = 'names the cause when the backend is down'
const NOTICES = 'notices that the backend went down'
const RECOVERS = 'recovers with the backend'
const RECOVERS_HUNG = 'recovers with the backend that hung'
const SECRET_DOWN = 'no credential when the backend is down'
const SECRET_HUNG = 'no credential when the backend hangs'
const HUNG = 'does not resolve while the backend hangs'
const ABORT = 'settles soon after its signal aborts while the backend hangs'
const BEFORE = 'settles when its signal has aborted before it is asked'
const USABLE = 'usable after many aborted runs'
const GIVES_BACK = 'gives back what it took when its signal aborts while the backend hangs'
const HOLDS = 'holds nothing when it has resolved'
const HOLDS_REJECTED = 'holds nothing when it has rejected'
const HOLDS_MIDWAY = 'holds nothing when it was aborted midway'
const LEAVES = 'leaves nothing behind when it has resolved'
const LEAVES_MIDWAY = 'leaves nothing behind when it was aborted midway'
const LEAVES_DOWN = 'leaves nothing behind once the backend is back that went down'
const LEAVES_HUNG = 'leaves nothing behind once the backend is back that hung'
const LISTENER = 'leaves no listener on its signal'
const TIMER = 'leaves no timer'
const CLOSES = 'closes what it opens'
const LISTENERS = 'not left with more and more listeners'
const STRAY = 'thrown where nobody can catch it'

const RECOVERING = [RECOVERS, RECOVERS_HUNG, USABLE, LEAVES_DOWN, LEAVES_HUNG]
const ignore = () => {}

export const answerFaults: readonly ProbeFault[] = [
  {
    fault: 'rejects whatever the backend says',
    driver: () => async () => {
      throw new Error('no such table')
    },
    found: [UP, TEN, NOTICES, ...RECOVERING],
  },
  {
    fault: 'never settles',
    driver: () => () => new Promise(ignore),
    found: [
      ...[UP, TEN, DOWN, CAUSE, NOTICES, ...RECOVERING, HUNG, ABORT, BEFORE, GIVES_BACK],
      ...[
        HOLDS,
        HOLDS_REJECTED,
        HOLDS_MIDWAY,
        LEAVES,
        LEAVES_MIDWAY,
        LISTENER,
        TIMER,
        CLOSES,
        LISTENERS,
        STRAY,
      ],
    ],
  },
  {
    fault: 'answers one at a time',
    driver: (backend) => {
      const probe = faultless(backend)
      const now = { asked: false }
      return async (signal) => {
        if (now.asked) throw new Error('it is asked already')
        now.asked = true
        await Promise.resolve(probe(signal)).finally(() => {
          now.asked = false
        })
      }
    },
    found: [TEN],
  },
  {
    fault: 'resolves though it was refused',
    driver: (backend) => async (signal) => {
      await Promise.resolve(faultless(backend)(signal)).catch((error) => {
        if (signal.aborted) throw error
      })
    },
    found: [DOWN, CAUSE, NOTICES],
  },
  {
    fault: 'rejects with a string',
    driver: rejecting((error) => `${error}`),
    found: [DOWN],
  },
  {
    fault: 'says only that it failed',
    driver: rejecting(() => new Error('failed')),
    found: [CAUSE],
  },
  {
    fault: 'says only that time was up',
    driver: rejecting(() => new Error('timed out after 3000 ms')),
    found: [CAUSE],
  },
  {
    fault: 'rejects with an empty error',
    driver: rejecting(() => new Error()),
    found: [CAUSE],
  },
  {
    fault: 'remembers that the backend was up',
    driver: (backend) => {
      const probe = faultless(backend)
      const seen = { up: false }
      return async (signal) => {
        if (!seen.up) await probe(signal)
        seen.up = true
      }
    },
    found: [NOTICES],
  },
  {
    fault: 'remembers that the backend was down',
    driver: (backend) => {
      const probe = faultless(backend)
      const seen: { error?: unknown } = {}
      return async (signal) => {
        if (seen.error) throw seen.error
        await Promise.resolve(probe(signal)).catch((error) => {
          seen.error = error
          throw error
        })
      }
    },
    found: RECOVERING,
  },
  {
    fault: 'shows the password when it is refused',
    driver: rejecting((error, { aborted }) => (aborted ? error : new Error('hunter2 was refused'))),
    found: [SECRET_DOWN],
  },
  {
    fault: 'shows the password in the cause of its error',
    driver: rejecting((error) => new Error('refused', { cause: new Error(`as hunter2: ${error}`) })),
    found: [SECRET_DOWN],
  },
  {
    fault: 'shows the password when it gives up',
    driver: rejecting((error, { aborted, reason }) =>
      aborted ? new Error('no answer for hunter2', { cause: reason }) : error,
    ),
    found: [SECRET_HUNG],
  },
]

export const abortFaults: readonly ProbeFault[] = [
  {
    fault: 'looks at a flag in place of asking',
    driver: (backend) => async () => {
      if (backend.state() === 'down') throw new Error('the flag says that it is down')
    },
    found: [HUNG],
  },
  {
    fault: 'ignores its signal',
    driver: patient,
    found: [HUNG, ABORT, RECOVERS_HUNG, GIVES_BACK, BEFORE, USABLE, LEAVES_HUNG, LISTENER, STRAY],
  },
  {
    fault: 'does not look whether its signal has aborted before',
    driver: (backend) => {
      const probe = faultless(backend)
      return (signal) => {
        if (!signal.aborted) return probe(signal)
        return patient(backend)(signal)
      }
    },
    found: [BEFORE],
  },
  {
    fault: 'leaves the race, and its question running',
    driver: (backend) => async (signal) => {
      const left: { abort?: () => void } = {}
      const stop = new Promise<never>((_, reject) => {
        left.abort = () => reject(signal.reason)
      })
      stop.catch(ignore)
      const abort = () => left.abort?.()
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      const question = Promise.resolve(patient(backend)(signal))
      question.catch(ignore)
      await Promise.race([question, stop]).finally(() => signal.removeEventListener('abort', abort))
    },
    found: [GIVES_BACK, USABLE],
  },
  {
    fault: 'breaks its client when it is aborted often',
    driver: breaking,
    found: [USABLE],
  },
]

/** A driver whose client knows twenty aborts. */
function breaking(backend: FakeBackend) {
  const probe = faultless(backend)
  const count = { aborts: 0 }
  return async (signal: AbortSignal) => {
    if (count.aborts > 20) throw new Error('no slot is free')
    await Promise.resolve(probe(signal)).finally(() => {
      if (signal.aborted) count.aborts += 1
    })
  }
}

const outcome = (wanted: 'resolved' | 'rejected' | 'aborted', act: (backend: FakeBackend) => void) =>
  afterwards((backend, { aborted }, error) => {
    const came = aborted ? 'aborted' : error === undefined ? 'resolved' : 'rejected'
    if (came === wanted) act(backend)
  })

export const leftoverFaults: readonly ProbeFault[] = [
  {
    fault: 'keeps a connection when it has resolved',
    driver: outcome('resolved', ({ connections }) => connections.add('one')),
    found: [HOLDS, HOLDS_MIDWAY],
  },
  {
    fault: 'keeps a connection when it has rejected',
    driver: outcome('rejected', ({ connections }) => connections.add('one')),
    found: [HOLDS_REJECTED],
  },
  {
    fault: 'keeps a connection when it was aborted',
    driver: outcome('aborted', ({ connections }) => connections.add('one')),
    found: [GIVES_BACK, USABLE, HOLDS_MIDWAY],
  },
  {
    fault: 'leaves a key when it has resolved',
    driver: outcome('resolved', ({ keys }) => keys.add('one')),
    found: [LEAVES, LEAVES_MIDWAY, LEAVES_DOWN, LEAVES_HUNG],
  },
  {
    fault: 'leaves a key when it has rejected',
    driver: outcome('rejected', ({ keys }) => keys.add('one')),
    found: [LEAVES_DOWN],
  },
  {
    fault: 'leaves a key when it was aborted',
    driver: outcome('aborted', ({ keys }) => keys.add('one')),
    found: [LEAVES_MIDWAY, LEAVES_HUNG],
  },
]

/** What faults leave in the process, to be ended by the tests. */
export const litter = new Set<() => void>()

export const processFaults: readonly ProbeFault[] = [
  {
    fault: 'leaves a listener on its signal when it has resolved',
    driver: afterwards((_, signal) => signal.aborted || signal.addEventListener('abort', ignore)),
    found: [LISTENER],
  },
  {
    fault: 'leaves a listener on its signal when it was aborted',
    driver: afterwards((_, signal) => signal.aborted && signal.addEventListener('abort', ignore)),
    found: [LISTENER],
  },
  ...[
    ['a timer', (timer: NodeJS.Timeout) => timer.ref()] as const,
    ['a timer that keeps no process alive', (timer: NodeJS.Timeout) => timer.unref()] as const,
  ].map(
    ([what, made]): ProbeFault => ({
      fault: `leaves ${what}`,
      driver: afterwards(() => {
        const timer = made(setInterval(ignore, 60_000))
        litter.add(() => clearInterval(timer))
      }),
      found: [TIMER],
    }),
  ),
  {
    fault: 'leaves a port open',
    driver: afterwards(() => {
      const { port1 } = new MessageChannel()
      port1.onmessage = ignore
      litter.add(() => port1.close())
    }),
    found: [CLOSES],
  },
  {
    fault: 'leaves a listener on its client',
    driver: afterwards(({ client }) => client.on('error', () => {})),
    found: [LISTENERS],
  },
  {
    fault: 'rejects a promise that nobody waits for',
    driver: outcome('rejected', () => void Promise.reject(new Error('late'))),
    found: [STRAY],
  },
  {
    fault: 'rejects a promise that nobody waits for after the abort',
    driver: outcome('aborted', () => void Promise.reject(new Error('late'))),
    found: [STRAY],
  },
  {
    fault: 'lets an event throw',
    driver: outcome('rejected', () => setImmediate(() => throwing())),
    found: [STRAY],
  },
]

function throwing(): never {
  throw new Error("an 'error' event that nobody hears")
}
