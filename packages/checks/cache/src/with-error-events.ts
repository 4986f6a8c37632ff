import type { Awaitable, Probe } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import {
  type ClientEvents,
  clarifyError,
  connectionClosed,
  type ErrorEventName,
  listen,
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
 * Makes a probe that rejects at its abort with the client's latest error. `run` is given a function that returns the first error
 * that the client has emitted since the run began, or else the latest one of the runs since a success. Without a listener
 * an error event could crash the process.
 */
export function withErrorEvents(
  client: ClientEvents,
  run: (signal: AbortSignal, firstError: () => unknown) => Awaitable<unknown>,
  { events = ['error'], isReady = () => false }: ErrorEventOptions = {},
): Probe {
  let lastError: unknown

  return async (signal) => {
    const errors: unknown[] = []
    const onError = (error: unknown) => {
      if (messagesOf(error).length > 0) errors.push(clarifyError(error)) // the error of a client's own timeout may have none
    }
    // An error of the same connection says more.
    const onClose = () => errors.length === 0 && onError(connectionClosed())
    const removals = events.map((event) => listen(client, event, onError))
    if (isReady()) removals.push(listen(client, 'close', onClose))
    try {
      const value = await run(signal, () => errors[0] ?? lastError)
      lastError = undefined
      return value
    } catch (error) {
      lastError = errors.at(-1) ?? lastError
      throw explain(error, lastError, signal)
    } finally {
      for (const remove of removals) remove()
    }
  }
}

/** Adds the latest error of the client to the error of a run that ended without an answer. */
function explain(error: unknown, lastError: unknown, signal: AbortSignal): unknown {
  const isAbort = signal.aborted && [error, memberOf(error, 'cause')].includes(signal.reason)
  const [message = ''] = error === signal.reason ? [] : messagesOf(error)
  if (lastError === undefined || (message && !isAbort)) return clarifyError(error)
  const more = messagesOf(lastError).filter((each) => !message.includes(each))
  return new Error([message || 'no answer', ...more].join(': '), { cause: signal.reason ?? error })
}
