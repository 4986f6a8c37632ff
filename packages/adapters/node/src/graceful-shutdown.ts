import { constants } from 'node:os'
import { assertOption } from '@watchman/core/driver'
import { drainServer } from './drain-server.ts'
import { type GracefulShutdownOptions, validateShutdown } from './graceful-shutdown-options.ts'
import { isTerminal } from './is-terminal.ts'
import { runShutdown } from './run-shutdown.ts'
import { createShutdownLog } from './shutdown-log.ts'

/** A shutdown that waits for its signal. */
export interface GracefulShutdown {
  /** Begins the shutdown as a signal does. Resolves when the process is about to end; later calls return the same promise. */
  begin(): Promise<void>
  /** Stops waiting for signals, so that `gracefulShutdown` can be called again. A shutdown that has begun goes on. */
  cancel(): void
}

/** Marks the process while a shutdown waits for its signal. Shared by all copies of this module. */
const WAITING = Symbol.for('watchman.gracefulShutdown')

/** Milliseconds after which what still keeps the process alive is ended with it. */
const LEFTOVER_TIME = 500

/** Milliseconds in which a second Ctrl-C is the same one: npm passes on the signal that the terminal sends, too. */
const REPEATED_BY_NPM = 200

/**
 * Ends the process without losing requests when a signal arrives. It holds readiness, accepts requests for `delay`, closes the
 * servers, waits for the requests in flight, calls `onShutdown`, closes the watchman, and ends the process with the exit code 0; or
 * 1 where the timeout cut something off or `onShutdown` failed. A second signal ends it at once, with 128 plus the signal's number.
 *
 * HTTP/1 callers are asked to leave by `Connection: close` from the signal on, HTTP/2 callers by GOAWAY after the delay. A
 * connection without a request, such as a WebSocket, is closed one second after the delay.
 *
 * @throws WatchmanError `INVALID_OPTION` for an option that is unknown or cannot work, for a signal that the platform does not have,
 * and where it was called before in this process.
 * @example
 * gracefulShutdown({ watchman, servers: app.listen(3000), onShutdown: () => pool.end() })
 */
export function gracefulShutdown(options: GracefulShutdownOptions): GracefulShutdown {
  const { servers = [], signals = ['SIGTERM', 'SIGINT'], logger } = validateShutdown(options)
  assertOption(
    !(WAITING in process),
    'gracefulShutdown was called before in this process: give all servers to one call, or cancel() the first one',
  )
  Object.defineProperty(process, WAITING, { value: true, configurable: true })
  const all = [...new Set([servers].flat())]
  const drains = all.map(drainServer)
  const log = createShutdownLog(logger)
  const isOnTerminal = isTerminal()
  let ending: Promise<void> | undefined
  let begunAt = 0

  async function shutDown(reason: string): Promise<void> {
    begunAt = performance.now()
    const skipsDelay = isOnTerminal || !all.some((server) => server.listening)
    const exitCode = await runShutdown(reason, { ...options, drains, skipsDelay, log })
    process.exitCode = exitCode
    setTimeout(() => process.exit(exitCode), LEFTOVER_TIME).unref()
  }

  function begin(reason: string): Promise<void> {
    ending ??= shutDown(reason)
    return ending
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (!ending) return void begin(signal)
    if (isOnTerminal && signal === 'SIGINT' && performance.now() - begunAt < REPEATED_BY_NPM) return
    log.warn(`${signal}: the process ends at once`)
    process.exit(128 + constants.signals[signal])
  }

  for (const signal of new Set(signals)) process.on(signal, onSignal)

  return {
    begin: () => begin('begin()'),
    cancel() {
      for (const signal of signals) process.removeListener(signal, onSignal)
      Reflect.deleteProperty(process, WAITING)
      if (!ending) for (const drain of drains) drain.remove()
    },
  }
}
