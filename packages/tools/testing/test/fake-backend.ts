import { EventEmitter } from 'node:events'
import type { ProbeSubject } from '@watchman/testing'

type State = 'up' | 'down' | 'hung'

/** A backend in memory, and its client. */
export interface FakeBackend {
  /** One round trip, which the signal aborts. */
  readonly ask: (signal?: AbortSignal) => Promise<void>
  readonly state: () => State
  readonly setState: (state: State) => void
  readonly keys: Set<string>
  readonly connections: Set<string>
  readonly client: EventEmitter
}

/** Makes a backend that is up. */
export function fakeBackend(): FakeBackend {
  const changes = new EventEmitter().setMaxListeners(0)
  let state: State = 'up'

  async function ask(signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    if (state === 'down') throw new Error('connect ECONNREFUSED 127.0.0.1:4242')
    if (state === 'up') return
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => () => {
        changes.off('changed', changed)
        signal?.removeEventListener('abort', abort)
        act()
      }
      const changed = settle(resolve)
      const abort = settle(() => reject(signal?.reason))
      changes.on('changed', changed)
      signal?.addEventListener('abort', abort)
    })
    return ask(signal)
  }

  return {
    ask,
    state: () => state,
    setState(next) {
      state = next
      changes.emit('changed')
    },
    keys: new Set(),
    connections: new Set(),
    client: new EventEmitter(),
  }
}

/** The subject of a probe that `make` makes each time, with the same client. */
export function subjectOf(
  backend: FakeBackend,
  make: (backend: FakeBackend) => ReturnType<ProbeSubject['up']>,
): ProbeSubject & Required<Pick<ProbeSubject, 'hung'>> {
  const change = (state: State) => () => {
    backend.setState(state)
    return make(backend)
  }
  return {
    up: change('up'),
    down: change('down'),
    hung: change('hung'),
    leftovers: () => [...backend.keys],
    heldResources: () => [...backend.connections],
    secrets: ['hunter2'],
  }
}
