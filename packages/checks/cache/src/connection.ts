/** What a client calls its errors; that of a single node has no bearing on the others. */
export type ErrorEvent = 'error' | 'node-error'

/** A client that tells by events how its connection fares. */
export interface Emitter {
  on(event: 'connect' | 'ready' | 'close' | 'end' | ErrorEvent, listener: (error?: unknown) => void): unknown
  off(event: 'connect' | 'ready' | 'close' | 'end' | ErrorEvent, listener: (error?: unknown) => void): unknown
}

/** What a driver knows of its client's connection. */
export interface Connection {
  readonly client: Emitter
  /** Whether a command would be sent at once. */
  readonly isReady: () => boolean
  /** The state it is in, in one word. */
  readonly state: () => string
  /** Lets a connection that is not ready begin to become so; throws where it never will. */
  readonly begin: () => void
}

/**
 * Makes the function that waits until the connection of a client is ready, so that no command is queued before it is.
 * It rejects at the client's next error, at its end and when `signal` aborts, with what is known of the cause.
 */
export function untilReady({ client, isReady, state, begin }: Connection) {
  // A client that waits for its next attempt tells nothing new: what it told last is why.
  let last: unknown

  return async (signal: AbortSignal): Promise<void> => {
    if (!isReady()) return becomeReady(signal)
    last = undefined
  }

  function becomeReady(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        client.off('connect', look)
        client.off('ready', succeed)
        client.off('error', hear)
        client.off('close', lose)
        client.off('end', fail)
        signal.removeEventListener('abort', abort)
        action()
      }
      const succeed = () => {
        last = undefined
        settle(resolve)
      }
      const look = () => isReady() && succeed() // a cluster of redis is when it has connected, and says no more
      const fail = (cause: unknown = last) => {
        const message = [`not connected (${state()})`, ...wordsOf(last)].join(': ')
        settle(() => reject(new Error(message, { cause })))
      }
      const hear = (error: unknown) => {
        last = readable(error)
        fail()
      }
      const lose = () => {
        last ??= lost() // an error of the same connection tells more
      }
      const abort = () => fail(signal.reason)

      if (signal.aborted) return abort()
      client.on('connect', look)
      client.on('ready', succeed)
      client.on('error', hear)
      client.on('close', lose)
      client.on('end', fail)
      signal.addEventListener('abort', abort)
      try {
        begin()
      } catch (error) {
        settle(() => reject(error))
      }
    })
  }
}

/** The error in words of an operator: a client that cannot read an answer blames itself. */
export function readable(error: unknown): unknown {
  const isOfParser = /RESP type|^Protocol error, got/.test(String(Object(error).message))
  return isOfParser ? new Error('what answers does not speak the protocol of Redis') : error
}

/** What is known of a connection that was closed without an error. */
export function lost(): Error {
  return new Error('the connection was closed')
}

/** The messages of an error and of those it is made of: that of an AggregateError may be empty. */
export function wordsOf(error: unknown): string[] {
  const { message, errors, lastNodeError }: Readonly<Record<string, unknown>> = Object(error)
  const inner = [errors ?? lastNodeError ?? []].flat().flatMap(wordsOf)
  return typeof message === 'string' && message ? [message, ...inner] : inner
}
