import { memberOf } from '@watchman/core/driver'

/** The events of a client that carry an error. `'node-error'` is that of one node of a cluster. */
export type ErrorEventName = 'error' | 'node-error'

type EventName = 'connect' | 'ready' | 'close' | 'end' | ErrorEventName

/** A client that reports the state of its connection by events. */
export interface ClientEvents {
  on(event: EventName, listener: (error?: unknown) => void): unknown
  off(event: EventName, listener: (error?: unknown) => void): unknown
}

/** Replaces a parser's error, which is about the client's internals, by one that says what is wrong with the server. */
export function clarifyError(error: unknown): unknown {
  const isOfParser = /RESP type|^Protocol error, got/.test(String(memberOf(error, 'message')))
  return isOfParser ? new Error('the server does not speak the Redis protocol') : error
}

/** Makes the error for a connection that was closed without one. */
export function connectionClosed(): Error {
  return new Error('the connection was closed')
}

/** The messages of an error and of the errors that it consists of. An `AggregateError` may have no message. */
export function messagesOf(error: unknown): string[] {
  const message = memberOf(error, 'message')
  const inner = memberOf(error, 'errors') ?? memberOf(error, 'lastNodeError') ?? []
  const messages = [inner].flat().flatMap(messagesOf)
  return typeof message === 'string' && message ? [message, ...messages] : messages
}
