import type { Probe } from '@watchman/core'
import { adoptPending, settlesLater } from '@watchman/core/driver'
import type { FakeBackend } from './fake-backend.ts'

/** Makes a probe of a backend. */
export type Driver = (backend: FakeBackend) => Probe

/** A probe without a fault: it opens a connection, writes a key, and removes both. */
export const faultless: Driver = ({ ask, keys, connections }) => {
  return async (signal) => {
    const name = crypto.randomUUID()
    connections.add(name)
    try {
      await ask(signal)
      keys.add(name)
      await ask(signal)
    } finally {
      keys.delete(name)
      connections.delete(name)
    }
  }
}

/** A probe that cannot cancel what it has sent. */
export const patient: Driver = (backend) => {
  const probe = faultless(backend)
  return () => probe(new AbortController().signal)
}

/** The same, but it settles when it is aborted, and adopts what an earlier run has sent. */
export const adopting: Driver = (backend) => {
  const probe = patient(backend)
  return adoptPending(
    () => ({ outcome: Promise.resolve(probe(new AbortController().signal)), pending: () => undefined }),
    () => {},
  )
}

/** A probe that rejects when it is aborted, and cleans up once the backend answers. */
export const cleansUpLater: Driver = (backend) => {
  const probe = patient(backend)
  return (signal) =>
    new Promise<void>((resolve, reject) => {
      const request = Promise.resolve(probe(signal))
      const abort = () => {
        const error = new Error('no answer yet', { cause: signal.reason })
        reject(settlesLater(error, request))
      }
      const end = () => signal.removeEventListener('abort', abort)
      request.finally(end).then(() => resolve(), reject)
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
    })
}

/** A driver that calls `act` after each run. */
export function afterwards(
  act: (backend: FakeBackend, signal: AbortSignal, error?: unknown) => void,
): Driver {
  return (backend) => {
    const probe = faultless(backend)
    return async (signal) => {
      try {
        await probe(signal)
      } catch (error) {
        act(backend, signal, error)
        throw error
      }
      act(backend, signal)
    }
  }
}

/** A driver that changes what it rejects with. */
export function rejecting(change: (error: unknown, signal: AbortSignal) => unknown): Driver {
  return (backend) => {
    const probe = faultless(backend)
    return async (signal) => {
      try {
        await probe(signal)
      } catch (error) {
        throw change(error, signal)
      }
    }
  }
}
