import type { Probe } from '@watchman/core'
import type { FakeBackend } from './fake-backend.ts'

/** Makes a probe of a backend. */
export type Driver = (backend: FakeBackend) => Probe

/** A probe without a fault: it opens a connection, writes a key, asks, and takes both back. */
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

/** One that cannot take back what it has sent. */
export const patient: Driver = (backend) => {
  const probe = faultless(backend)
  return () => probe(new AbortController().signal)
}

/** A driver that does something more after each run, which may be a fault. */
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

/** A driver that rejects with something else. */
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
