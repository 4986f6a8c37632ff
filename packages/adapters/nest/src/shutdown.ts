import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Endpoint } from '@watchman/core/adapter'
import { isFunction, memberOf, validate } from '@watchman/core/driver'
import {
  drainServer,
  isTerminal,
  milliseconds,
  type NodeServer,
  type ServerDrain,
} from '@watchman/node/adapter'
import type { Host } from './mounting.ts'
import { createNestLogger } from './nest-logger.ts'
import type { ShutdownOptions } from './options.ts'

/** Ends the server of an app without losing requests, in the hooks that Nest calls. */
export interface Shutdown {
  /** Follows the connections of the server from now on. */
  follow(): void
  /** Holds readiness, and asks callers to leave. */
  hold(): void
  /** Waits for the delay where there is a signal, stops accepting, and waits for the requests in flight. */
  drain(signal: string | undefined): Promise<void>
  /** Leaves the signals to Nest again. */
  end(): void
}

/** @throws WatchmanError `INVALID_OPTION` for an option that is unknown or cannot work. */
export function createShutdown(host: Host, endpoint: Endpoint, options: ShutdownOptions): Shutdown {
  const rules = { delay: milliseconds, timeout: milliseconds }
  const { delay = 5000, timeout = 30_000 } = validate('shutdown', options, rules)
  const logger = createNestLogger()
  let server: NodeServer | undefined
  let serverDrain: ServerDrain | undefined
  const signals = new Map<string, () => never>()

  /** Nest ignores further signals: whoever sends a second one does not want to wait. */
  function endAtSecondSignal(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const exit = () => process.exit(128 + constants.signals[signal])
      signals.set(signal, exit)
      process.on(signal, exit)
    }
  }

  return {
    follow() {
      server = host.httpAdapter?.getHttpServer()
      serverDrain = server && drainServer(server)
    },
    hold() {
      if (isHoldable(endpoint)) endpoint.holdReadiness('draining')
      serverDrain?.announce()
    },
    async drain(signal) {
      if (!serverDrain) return
      const pause = signal === undefined || isTerminal() || !server?.listening ? 0 : delay
      if (signal !== undefined) endAtSecondSignal()
      if (pause > 0) {
        logger.log(`${signal}: readiness is held, requests are accepted for another ${pause} ms`)
        await sleep(pause)
      }
      const isComplete = await serverDrain.stop(timeout)
      if (!isComplete) logger.warn(`requests were cut off ${timeout} ms after the server stopped accepting`)
    },
    end() {
      for (const [signal, exit] of signals) process.removeListener(signal, exit)
    },
  }
}

function isHoldable(endpoint: object): endpoint is { holdReadiness(reason: string): () => void } {
  return isFunction(memberOf(endpoint, 'holdReadiness'))
}
