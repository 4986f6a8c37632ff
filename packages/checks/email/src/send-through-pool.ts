import { adoptPending, degraded, type Operation } from '@watchman/core/driver'
import { createPoolUsage, type MailPool } from './pool-usage.ts'

/** What a pool does with a mail. */
export interface PoolSendOptions {
  /** The state while no connection is free. @default 'degraded' */
  readonly busy?: 'degraded' | 'failing' | undefined
  /** Whether the pool takes a mail back when its signal aborts. */
  readonly cancels: boolean
}

/**
 * Makes a function that sends a mail through a pool, whose connections belong to the application. Where the mail cannot be
 * cancelled, the next run waits for it and sends no other.
 */
export function sendThroughPool(
  pool: MailPool,
  send: (signal: AbortSignal) => Promise<void>,
  { busy, cancels }: PoolSendOptions,
): (signal: AbortSignal) => Promise<void> {
  const usage = createPoolUsage(pool)

  function start(): Operation<void> {
    const controller = new AbortController()
    const cancel = () => {
      controller.abort()
      return true
    }
    return {
      outcome: send(controller.signal),
      pending(cause) {
        const message = usage.describeBusy(controller.signal)
        if (message === undefined) return undefined
        const progress = usage.progress()
        return busy === 'failing' ? new Error(message, { cause }) : degraded(message, { cause, progress })
      },
      ...(cancels && { cancel }),
    }
  }

  return adoptPending(start, () => {})
}
