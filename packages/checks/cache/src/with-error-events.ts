import type { Awaitable, Probe } from '@watchman/core'
import {
  type ClientEvents,
  clarifyError,
  connectionClosed,
  type ErrorEventName,
  messagesOf,
} from './client-events.ts'

interface ErrorEventOptions {
  /** The events that carry an error. @default ['error'] */
  readonly events?: readonly ErrorEventName[]
  /**
   * Whether the client is connected. A connection that closes after that loses the answer, and `'close'` counts as an
   * error. @default never
   */
  readonly isReady?: () => boolean
}

/**
 * Makes a probe that rejects at its abort with the client's latest error, although a command that was sent is still
 * pending. Until that command has settled, further runs reject at once with the same error. `run` is given the errors that
 * the client emits meanwhile; without a listener they could crash the process.
 */
export function withErrorEvents(
  client: ClientEvents,
  run: (signal: AbortSignal, errors: readonly unknown[]) => Awaitable<unknown>,
  { events = ['error'], isReady = () => false }: ErrorEventOptions = {},
): Probe {
  let pending: Error | undefined

  return (signal) =>
    new Promise((resolve, reject) => {
      if (pending) return reject(pending)
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(clarifyError(error))
      // An error of the same connection says more.
      const onClose = () => errors.length === 0 && onError(connectionClosed())
      const onAbort = () => {
        const messages = messagesOf(errors.at(-1))
        if (messages.length === 0) return // no cause is known but the timeout
        pending = new Error(['no answer', ...messages].join(': '), { cause: signal.reason })
        reject(pending)
      }
      const end = () => {
        pending = undefined
        for (const event of events) client.off(event, onError)
        client.off('close', onClose)
        signal.removeEventListener('abort', onAbort)
      }
      for (const event of events) client.on(event, onError)
      if (isReady()) client.on('close', onClose)
      signal.addEventListener('abort', onAbort)
      Promise.resolve(run(signal, errors))
        .finally(end)
        .then(resolve, (error) => reject(clarifyError(error)))
    })
}
