import { type ClientEvents, clarifyError, connectionClosed, listen, messagesOf } from './client-events.ts'

/** What a driver knows about the connection of its client. */
export interface ClientConnection {
  readonly client: ClientEvents
  /** Whether a command would be sent at once. */
  readonly isReady: () => boolean
  /** Its state in one word. */
  readonly state: () => string
  /** Lets a client that has not begun to connect do so; throws where it never will. */
  readonly begin: () => void
}

/**
 * Makes a function that waits until a client is connected, so that the client queues no command. It rejects at the client's
 * next error, at its end and when `signal` aborts, with the latest error of the client.
 */
export function waitUntilReady({ client, isReady, state, begin }: ClientConnection) {
  // A client that waits before it reconnects emits nothing: the error of its latest attempt is the cause.
  let lastError: unknown

  return async (signal: AbortSignal): Promise<void> => {
    if (!isReady()) return becomeReady(signal)
    lastError = undefined
  }

  function becomeReady(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const removals: (() => void)[] = []
      const settle = (action: () => void) => {
        for (const remove of removals) remove()
        signal.removeEventListener('abort', onAbort)
        action()
      }
      const succeed = () => {
        lastError = undefined
        settle(resolve)
      }
      // A cluster of redis emits 'connect' when it is ready, and no 'ready'.
      const onConnect = () => isReady() && succeed()
      const fail = (cause: unknown = lastError) => {
        const message = [`not connected (${state()})`, ...messagesOf(lastError)].join(': ')
        settle(() => reject(new Error(message, { cause })))
      }
      const onError = (error: unknown) => {
        lastError = clarifyError(error)
        fail()
      }
      // A cluster goes on with its next node.
      const onNodeError = (error: unknown) => {
        lastError = error
      }
      const onClose = () => {
        lastError ??= connectionClosed() // an error of the same connection says more
      }
      const onAbort = () => fail(signal.reason)

      if (signal.aborted) return onAbort()
      removals.push(
        listen(client, 'connect', onConnect),
        listen(client, 'ready', succeed),
        listen(client, 'error', onError),
        listen(client, 'node error', onNodeError),
        listen(client, 'close', onClose),
        listen(client, 'end', () => fail()),
      )
      signal.addEventListener('abort', onAbort)
      try {
        begin()
      } catch (error) {
        settle(() => reject(error))
      }
    })
  }
}
