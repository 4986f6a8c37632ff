import type { FakeBackend } from './fake-backend.ts'
import { afterwards, type Driver, faultless, patient, rejecting } from './probe-drivers.ts'

/** A driver with a fault, and the names of the cases that find it. */
export interface ProbeFault {
  readonly fault: string
  readonly driver: Driver
  readonly found: readonly string[]
}

const UP = 'the probe resolves when the backend is up'
const TEN = 'the probe answers ten at once'
const DOWN = 'the probe rejects with an Error when the backend is down'
const CAUSE = 'the probe names the cause when the backend is down'
const NOTICES = 'the probe notices that the backend went down'
const RECOVERS = 'the probe recovers with the backend'
const RECOVERS_HUNG = 'the probe recovers with the backend that hung'
const SECRET_DOWN = 'the report and the log show no credential when the backend is down'
const SECRET_HUNG = 'the report and the log show no credential when the backend hangs'
const HUNG = 'the probe does not resolve while the backend hangs'
const ABORT = 'the probe settles soon after its signal aborts while the backend hangs'
const BEFORE = 'the probe settles when its signal has aborted before it runs'
const USABLE = 'the client is usable after many aborted runs'
const GIVES_BACK = 'the probe gives back what it took when its signal aborts while the backend hangs'
const HOLDS = 'the probe holds nothing when it has resolved'
const HOLDS_REJECTED = 'the probe holds nothing when it has rejected'
const HOLDS_MIDWAY = 'the probe holds nothing when it was aborted midway'
const LEAVES = 'the probe leaves nothing behind when it has resolved'
const LEAVES_MIDWAY = 'the probe leaves nothing behind when it was aborted midway'
const LEAVES_DOWN = 'the probe leaves nothing behind once a backend that went down is up again'
const LEAVES_HUNG = 'the probe leaves nothing behind once a backend that hung is up again'
const LISTENER = 'the probe leaves no listener on its signal'
const TIMER = 'the probe leaves no timer'
const CLOSES = 'the probe closes what it opens'
const LISTENERS = 'the client does not accumulate listeners'
const UNCAUGHT = 'no error is left uncaught'

const RECOVERING = [RECOVERS, RECOVERS_HUNG, USABLE, LEAVES_DOWN, LEAVES_HUNG]
const ignore = () => {}

export const resultFaults: readonly ProbeFault[] = [
  {
    fault: 'always rejects',
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
        UNCAUGHT,
      ],
    ],
  },
  {
    fault: 'answers one at a time',
    driver: (backend) => {
      const probe = faultless(backend)
      let isRunning = false
      return async (signal) => {
        if (isRunning) throw new Error('it is running')
        isRunning = true
        await Promise.resolve(probe(signal)).finally(() => {
          isRunning = false
        })
      }
    },
    found: [TEN],
  },
  {
    fault: 'resolves although it was refused',
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
    fault: 'says only that it timed out',
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
      let wasUp = false
      return async (signal) => {
        if (!wasUp) await probe(signal)
        wasUp = true
      }
    },
    found: [NOTICES],
  },
  {
    fault: 'remembers that the backend was down',
    driver: (backend) => {
      const probe = faultless(backend)
      let first: unknown
      return async (signal) => {
        if (first) throw first
        await Promise.resolve(probe(signal)).catch((error) => {
          first = error
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
    fault: 'shows the password when it is aborted',
    driver: rejecting((error, { aborted, reason }) =>
      aborted ? new Error('no answer for hunter2', { cause: reason }) : error,
    ),
    found: [SECRET_HUNG],
  },
]

export const abortFaults: readonly ProbeFault[] = [
  {
    fault: 'reads a flag in place of asking the backend',
    driver: (backend) => async () => {
      if (backend.state() === 'down') throw new Error('the flag is down')
    },
    found: [HUNG],
  },
  {
    fault: 'ignores its signal',
    driver: patient,
    found: [HUNG, ABORT, RECOVERS_HUNG, GIVES_BACK, BEFORE, USABLE, LEAVES_HUNG, LISTENER, UNCAUGHT],
  },
  {
    fault: 'does not check whether its signal has aborted before',
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
    fault: 'settles at the abort but keeps its request running',
    driver: (backend) => async (signal) => {
      let abort = () => {}
      const stop = new Promise<never>((_, reject) => {
        abort = () => reject(signal.reason)
      })
      stop.catch(ignore)
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      const request = Promise.resolve(patient(backend)(signal))
      request.catch(ignore)
      await Promise.race([request, stop]).finally(() => signal.removeEventListener('abort', abort))
    },
    found: [GIVES_BACK, USABLE],
  },
  {
    fault: 'breaks its client when it is aborted often',
    driver: breaking,
    found: [USABLE],
  },
]

/** A driver whose client has a slot for each of twenty aborts. */
function breaking(backend: FakeBackend) {
  const probe = faultless(backend)
  let aborts = 0
  return async (signal: AbortSignal) => {
    if (aborts > 20) throw new Error('no slot is free')
    await Promise.resolve(probe(signal)).finally(() => {
      if (signal.aborted) aborts += 1
    })
  }
}

const afterOutcome = (expected: 'resolved' | 'rejected' | 'aborted', act: (backend: FakeBackend) => void) =>
  afterwards((backend, { aborted }, error) => {
    const outcome = aborted ? 'aborted' : error === undefined ? 'resolved' : 'rejected'
    if (outcome === expected) act(backend)
  })

export const leftoverFaults: readonly ProbeFault[] = [
  {
    fault: 'keeps a connection when it has resolved',
    driver: afterOutcome('resolved', ({ connections }) => connections.add('one')),
    found: [HOLDS, HOLDS_MIDWAY],
  },
  {
    fault: 'keeps a connection when it has rejected',
    driver: afterOutcome('rejected', ({ connections }) => connections.add('one')),
    found: [HOLDS_REJECTED],
  },
  {
    fault: 'keeps a connection when it was aborted',
    driver: afterOutcome('aborted', ({ connections }) => connections.add('one')),
    found: [GIVES_BACK, USABLE, HOLDS_MIDWAY],
  },
  {
    fault: 'leaves a key when it has resolved',
    driver: afterOutcome('resolved', ({ keys }) => keys.add('one')),
    found: [LEAVES, LEAVES_MIDWAY, LEAVES_DOWN, LEAVES_HUNG],
  },
  {
    fault: 'leaves a key when it has rejected',
    driver: afterOutcome('rejected', ({ keys }) => keys.add('one')),
    found: [LEAVES_DOWN],
  },
  {
    fault: 'leaves a key when it was aborted',
    driver: afterOutcome('aborted', ({ keys }) => keys.add('one')),
    found: [LEAVES_MIDWAY, LEAVES_HUNG],
  },
]

/** Ends what faults leave in the process. */
export const cleanups = new Set<() => void>()

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
    ['an unref’d timer', (timer: NodeJS.Timeout) => timer.unref()] as const,
  ].map(
    ([what, made]): ProbeFault => ({
      fault: `leaves ${what}`,
      driver: afterwards(() => {
        const timer = made(setInterval(ignore, 60_000))
        cleanups.add(() => clearInterval(timer))
      }),
      found: [TIMER],
    }),
  ),
  {
    fault: 'leaves a port open',
    driver: afterwards(() => {
      const { port1 } = new MessageChannel()
      port1.onmessage = ignore
      cleanups.add(() => port1.close())
    }),
    found: [CLOSES],
  },
  {
    fault: 'leaves a listener on its client',
    driver: afterwards(({ client }) => client.on('error', () => {})),
    found: [LISTENERS],
  },
  {
    fault: 'leaves a rejection unhandled',
    driver: afterOutcome('rejected', () => void Promise.reject(new Error('late'))),
    found: [UNCAUGHT],
  },
  {
    fault: 'leaves a rejection unhandled after the abort',
    driver: afterOutcome('aborted', () => void Promise.reject(new Error('late'))),
    found: [UNCAUGHT],
  },
  {
    fault: 'throws from an event',
    driver: afterOutcome('rejected', () => setImmediate(() => throwing())),
    found: [UNCAUGHT],
  },
]

function throwing(): never {
  throw new Error("an 'error' event without a listener")
}
