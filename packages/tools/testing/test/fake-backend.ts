import { EventEmitter } from 'node:events'
import type { ProbeSubject } from '@watchman/testing'

type State = 'up' | 'down' | 'hung'

/** A backend in memory, and its client. */
export interface FakeBackend {
  /** One round trip, which the signal ends. */
  readonly ask: (signal?: AbortSignal) => Promise<void>
  /** What a question of its client waits for while it hangs. */
  readonly state: () => State
  readonly turn: (state: State) => void
  readonly cut: () => void
  readonly keys: Set<string>
  readonly connections: Set<string>
  readonly client: EventEmitter
}

/** Starts one that is up. */
export function fakeBackend(): FakeBackend {
  const changes = new EventEmitter().setMaxListeners(0)
  const now: { state: State } = { state: 'up' }

  async function ask(signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    if (now.state === 'down') throw new Error('connect ECONNREFUSED 127.0.0.1:4242')
    if (now.state === 'up') return
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => () => {
        changes.off('turned', turned)
        changes.off('cut', cut)
        signal?.removeEventListener('abort', abort)
        act()
      }
      const turned = settle(resolve)
      const cut = settle(() => reject(new Error('read ECONNRESET')))
      const abort = settle(() => reject(signal?.reason))
      changes.on('turned', turned).on('cut', cut)
      signal?.addEventListener('abort', abort)
    })
    return ask(signal)
  }

  return {
    ask,
    state: () => now.state,
    turn(state) {
      now.state = state
      changes.emit('turned')
    },
    cut: () => void changes.emit('cut'),
    keys: new Set(),
    connections: new Set(),
    client: new EventEmitter(),
  }
}

/** The subject of a probe that is made anew each time, of the same client. */
export function subjectOf(
  backend: FakeBackend,
  make: (backend: FakeBackend) => ReturnType<ProbeSubject['up']>,
): ProbeSubject & Required<Pick<ProbeSubject, 'hung' | 'resume'>> {
  const turned = (state: State) => () => {
    backend.turn(state)
    return make(backend)
  }
  return {
    up: turned('up'),
    down: turned('down'),
    hung: turned('hung'),
    resume: backend.cut,
    residue: () => [...backend.keys],
    held: () => [...backend.connections],
    secrets: ['hunter2'],
  }
}
