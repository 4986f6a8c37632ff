import type { Awaitable, Probe } from '@watchman/core'
import { type Emitter, type ErrorEvent, lost, readable, wordsOf } from './connection.ts'

interface Hearing {
  /** What the client calls its errors. @default ['error'] */
  readonly events?: readonly ErrorEvent[]
  /** Whether a command would be sent at once: then the end of the connection is the end of its answer. @default never */
  readonly isReady?: () => boolean
}

/**
 * Makes a probe that says at its abort what it heard from the client, though a command that was sent cannot be taken
 * back. Until that has ended it begins no other: it fails at once, for the same reason. The errors it hears are handed
 * to `run` as they come; without a listener they could end the process.
 */
export function outspoken(
  client: Emitter,
  run: (signal: AbortSignal, errors: readonly unknown[]) => Awaitable<unknown>,
  { events = ['error'], isReady = () => false }: Hearing = {},
): Probe {
  let unanswered: Error | undefined

  return (signal) =>
    new Promise((resolve, reject) => {
      if (unanswered) return reject(unanswered)
      const errors: unknown[] = []
      const hear = (error: unknown) => errors.push(readable(error))
      const lose = () => errors.length === 0 && hear(lost()) // an error of the same connection tells more
      const abort = () => {
        const last = wordsOf(errors.at(-1))
        if (last.length === 0) return // then all that is known is that time is up
        unanswered = new Error(['no answer', ...last].join(': '), { cause: signal.reason })
        reject(unanswered)
      }
      const end = () => {
        unanswered = undefined
        for (const event of events) client.off(event, hear)
        client.off('close', lose)
        signal.removeEventListener('abort', abort)
      }
      for (const event of events) client.on(event, hear)
      if (isReady()) client.on('close', lose)
      signal.addEventListener('abort', abort)
      Promise.resolve(run(signal, errors))
        .finally(end)
        .then(resolve, (error) => reject(readable(error)))
    })
}
