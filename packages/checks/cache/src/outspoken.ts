import type { Awaitable, Probe } from '@watchman/core'
import { type Emitter, type ErrorEvent, wordsOf } from './connection.ts'

/**
 * Makes a probe that says at its abort what it heard from the client, though a command that was sent cannot be taken
 * back. Until that has ended it begins no other: it fails at once, for the same reason. The errors it hears are handed
 * to `run` as they come; without a listener they could end the process.
 */
export function outspoken(
  client: Emitter,
  run: (signal: AbortSignal, errors: readonly unknown[]) => Awaitable<unknown>,
  events: readonly ErrorEvent[] = ['error'],
): Probe {
  let unanswered: Error | undefined

  return (signal) =>
    new Promise((resolve, reject) => {
      if (unanswered) return reject(unanswered)
      const errors: unknown[] = []
      const hear = (error: unknown) => errors.push(error)
      const abort = () => {
        const last = wordsOf(errors.at(-1))
        if (last.length === 0) return // then all that is known is that time is up
        unanswered = new Error(['no answer', ...last].join(': '), { cause: signal.reason })
        reject(unanswered)
      }
      const end = () => {
        unanswered = undefined
        for (const event of events) client.off(event, hear)
        signal.removeEventListener('abort', abort)
      }
      for (const event of events) client.on(event, hear)
      signal.addEventListener('abort', abort)
      Promise.resolve(run(signal, errors)).finally(end).then(resolve, reject)
    })
}
