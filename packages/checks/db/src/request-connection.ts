import { AsyncLocalStorage } from 'node:async_hooks'
import type { Operation } from '@watchman/core/driver'
import type { DatabaseConnection } from './connection-probe.ts'
import type { PoolDriver, PooledConnection } from './pool-driver.ts'

/** Makes the error of a pool without a free connection. */
type Busy = (message: string, cause: unknown) => Error

/**
 * Returns a function that takes a connection. Its errors distinguish a pool whose connections are all in use from a connection
 * that is not made.
 *
 * A connection that is not ready at the abort is closed, since a server that accepts connections but never answers would occupy
 * its slot forever. Which one that is is known where the pool makes it at once. A function that wraps the pool may take it later, and
 * use it before it hands it over: then it is found by its asynchronous context. The pool itself makes it later for a request
 * that waited in its queue: then one is closed that has been connecting for a whole run.
 */
export function createRequests<Connection extends DatabaseConnection>(
  { take, connections, queue, usage, onAcquire, noneFree }: PoolDriver<Connection>,
  busy: Busy,
): () => Operation<Connection> {
  const context = new AsyncLocalStorage<object>()
  /** Whether a function that wraps the pool delays requests. Contexts slow down an application that does not use them. */
  let isWrapped = false

  function isFull(): boolean {
    const { limit, size, idle } = usage()
    return limit !== undefined && size !== undefined && idle === 0 && size >= limit
  }

  /** Whether the pool makes a connection for the next request. */
  function hasRoom(): boolean {
    const { limit, size } = usage()
    return limit !== undefined && size !== undefined && size < limit
  }

  return () => {
    const earlier = new WeakSet(connections().map(({ identity }) => identity))
    const isNew = ({ identity }: PooledConnection) => !earlier.has(identity)
    const before = usage()

    /** The connection of this request, as far as that is known. */
    let mine: PooledConnection | undefined
    const request = {}
    const forget = onAcquire((identity) => {
      if (context.getStore() === request) mine = connections().find((each) => each.identity === identity)
    })
    const start = async () => (isWrapped ? context.run(request, take) : take())
    const taken = start() // rejects also where `take` throws
    mine ??= connections().find(isNew)
    const after = usage()
    const entry = (after.waiting ?? 0) > (before.waiting ?? 0) ? queue().at(-1) : undefined
    const isDelayed = !mine && entry === undefined && after.idle === before.idle

    let isClosed = false
    /** Connections that may be for this request and were connecting when a run gave up. */
    let suspects = new WeakSet<object>()

    const connectingLate = () => connections().filter((each) => each.isConnecting && isNew(each))
    const isInQueue = () => entry !== undefined && queue().includes(entry)

    /** Whether it waits until a connection is given back. A request that something else delays is not known in the queue. */
    function isQueued(): boolean {
      if (mine || hasRoom()) return false
      return isInQueue() || (connectingLate().length === 0 && (usage().waiting ?? 0) > 0 && isFull())
    }

    function whyBusy(cause: unknown): Error {
      const { limit, size } = usage()
      const numbers = isFull() ? ` (${size} of ${limit} in use)` : ''
      return busy(`pool has no free connection${numbers}`, cause)
    }

    /** Closes one connection at most: an application may be making others, which cannot be told apart. */
    function closeLate(): void {
      const late = connectingLate()
      late.find(({ identity }) => suspects.has(identity))?.close()
      suspects = new WeakSet(late.map(({ identity }) => identity))
    }

    async function result(): Promise<Connection> {
      try {
        const connection = await taken
        isWrapped ||= isDelayed
        return connection
      } catch (error) {
        if (isClosed) mine?.free()
        throw noneFree.test(String(error)) ? whyBusy(error) : error
      } finally {
        forget()
      }
    }

    return {
      outcome: result(),
      pending: (reason) =>
        isQueued() ? whyBusy(reason) : new Error('no connection to the server yet', { cause: reason }),
      cancel() {
        isWrapped ||= isDelayed
        if (mine) {
          isClosed = true
          mine.close()
          return true
        }
        closeLate()
        // pg forgets its queue while it waits for the end of a connection that the application has destroyed.
        return isInQueue() && hasRoom()
      },
      mayBeLost() {
        const isLost = !isQueued() && connectingLate().length === 0
        if (isLost) forget() // what wraps the pool may never settle
        return isLost
      },
    }
  }
}
