/** The members of a pool of nodemailer that say how it is used: not part of its types. */
export interface MailPool {
  readonly options?: { readonly maxConnections?: number | undefined } | undefined
  /** The mails that wait for a connection. */
  readonly _queue?: readonly QueuedMail[]
  /** The connections, including those that are connecting. */
  readonly _connections?: readonly PooledConnection[]
  readonly _rateLimit?: {
    /** How many mails it sends in `delta` milliseconds. */
    readonly limit: number
    readonly delta: number
    /** The connections that wait until they may send again. */
    readonly waiting: readonly unknown[]
  }
}

interface QueuedMail {
  readonly mail?: { readonly data?: { readonly signal?: unknown } }
}

interface PooledConnection {
  /** Whether it can send a mail at once. */
  readonly available: boolean
  /** How many mails it has sent. */
  readonly messages: number
}

/** Looks at how a pool is used. */
export interface PoolUsage {
  /**
   * Says why the mail with this signal is still waiting, if it waits because all connections are in use; undefined otherwise.
   */
  describeBusy(signal: AbortSignal): string | undefined
  /** Counts the mails that connections have sent since the first call. */
  progress(): number
}

export function createPoolUsage(pool: MailPool): PoolUsage {
  /** The connections at the latest call of `progress`, with what each had sent. One that was closed since still counts. */
  let seen = new Map<PooledConnection, number>()
  let progress = 0

  return {
    describeBusy(signal) {
      const { _queue: queue = [], _connections: connections = [], _rateLimit: rate } = pool
      const limit = pool.options?.maxConnections ?? 0
      const isQueued = queue.some(({ mail }) => mail?.data?.signal === signal)
      const isFull = connections.length >= limit && connections.every(({ available }) => !available)
      if (!isQueued || !isFull) return undefined
      return rate && rate.waiting.length > 0
        ? `pool has reached its rate limit (${rate.limit} in ${rate.delta} ms)`
        : `pool has no free connection (${connections.length} of ${limit} in use)`
    },
    progress() {
      for (const [connection, before] of seen) progress += connection.messages - before
      const unseen = (pool._connections ?? []).filter((connection) => !seen.has(connection))
      if (seen.size > 0) for (const { messages } of unseen) progress += messages
      seen = new Map((pool._connections ?? []).map((connection) => [connection, connection.messages]))
      return progress
    },
  }
}
