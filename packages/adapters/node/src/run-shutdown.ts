import { setTimeout as sleep } from 'node:timers/promises'
import type { Awaitable } from '@watchman/core'
import { errorMessage, redactText } from '@watchman/core/driver'
import type { ServerDrain } from './drain-server.ts'
import type { GracefulShutdownOptions } from './graceful-shutdown-options.ts'
import type { ShutdownLog } from './shutdown-log.ts'

/** What a shutdown works on. */
export interface ShutdownParts
  extends Pick<GracefulShutdownOptions, 'watchman' | 'delay' | 'timeout' | 'onShutdown'> {
  readonly drains: readonly ServerDrain[]
  /** Whether somebody waits for the shutdown, or nobody has to notice it. */
  readonly skipsDelay: boolean
  readonly log: ShutdownLog
}

/** Milliseconds that `onShutdown` and `close` have at least, also where the requests took the whole timeout. */
const LEAST_TIME = 1000

/** Runs the steps of a shutdown, and resolves with the exit code: 0, or 1 where something was cut off or failed. Never rejects. */
export async function runShutdown(reason: string, parts: ShutdownParts): Promise<0 | 1> {
  const { watchman, drains, skipsDelay, delay = 5000, timeout = 30_000, onShutdown, log } = parts
  let exitCode: 0 | 1 = 0
  let deadline = 0

  function fail(sentence: string): void {
    exitCode = 1
    log.error(sentence)
  }

  async function step(name: string, run: () => Awaitable<unknown>): Promise<void> {
    const time = Math.max(LEAST_TIME, deadline - performance.now())
    const timer = new AbortController()
    const late = sleep(time, true, { signal: timer.signal }).catch(() => false)
    try {
      const isLate = await Promise.race([
        late,
        Promise.resolve()
          .then(run)
          .then(() => false),
      ])
      if (isLate)
        fail(`the shutdown goes on without ${name}, which has not ended after ${Math.round(time)} ms`)
    } catch (error) {
      fail(`${name} failed: ${redactText(errorMessage(error))}`)
    } finally {
      timer.abort()
    }
  }

  const pause = skipsDelay ? 0 : delay
  log.info(
    pause > 0
      ? `${reason}: readiness is held, requests are accepted for another ${pause} ms`
      : `${reason}: readiness is held`,
  )
  await step('holdReadiness', () => watchman.holdReadiness('draining'))
  for (const drain of drains) drain.announce()
  if (pause > 0) await sleep(pause)

  deadline = performance.now() + timeout
  const ended = await Promise.all(drains.map((drain) => drain.stop(timeout).catch(() => false)))
  if (ended.includes(false)) fail(`requests were cut off ${timeout} ms after the servers stopped accepting`)
  else if (drains.length > 0) log.info('the servers are closed, all requests have ended')
  if (onShutdown) await step('onShutdown', onShutdown)
  await step('close', () => watchman.close())
  log.info(`the shutdown is complete, the exit code is ${exitCode}`)
  return exitCode
}
