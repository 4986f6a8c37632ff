import { constants } from 'node:os'
import type { Awaitable, Logger } from '@watchman/core'
import {
  aFunction,
  assertOption,
  isFunction,
  isObject,
  memberOf,
  numberFrom,
  type Rule,
  type Rules,
  validate,
} from '@watchman/core/driver'
import type { NodeServer } from './node-server.ts'

/** The part of a watchman that a shutdown uses. */
export interface ShutdownWatchman {
  holdReadiness(reason: string): () => void
  close(): Promise<void>
}

/** Options of `gracefulShutdown`. */
export interface GracefulShutdownOptions {
  /** The watchman whose readiness is held, and which is closed at the end. */
  readonly watchman: ShutdownWatchman
  /**
   * The servers of `node:http`, `node:https` or `node:http2` that are stopped: those that `app.listen()` of Express and Koa and
   * `serve()` of Hono return, and `app.server` of Fastify. They need not listen yet.
   *
   * @default []
   */
  readonly servers?: NodeServer | readonly NodeServer[] | undefined
  /**
   * Milliseconds in which requests are still accepted, while the load balancer takes the instance out. There is no delay on a
   * terminal, nor where no server listens.
   *
   * @default 5000
   */
  readonly delay?: number | undefined
  /**
   * Milliseconds after the delay in which requests and `onShutdown` must end. What has not ended by then is cut off, and the exit
   * code is 1. `onShutdown` has one second at least.
   *
   * @default 30_000
   */
  readonly timeout?: number | undefined
  /** The signals that begin the shutdown. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Ends what the app has opened, once the requests have ended: consumers of queues first, clients last. @default none */
  readonly onShutdown?: (() => Awaitable<unknown>) | undefined
  /** Receives a line for each step. @default none */
  readonly logger?: Logger | undefined
}

/** The longest delay of a timer, in milliseconds: about 24 days. */
const MAX_DELAY = 2 ** 31 - 1

/** Accepts milliseconds, 0 included. */
export const milliseconds: Rule = numberFrom(0, MAX_DELAY)

/** Accepts `console`, and loggers of pino, winston and Nest. */
const aLogger: Rule = {
  expected: 'an object with the methods error, warn, and info or log',
  matches: (logger) =>
    hasMethods(logger, ['error', 'warn']) && (hasMethods(logger, ['info']) || hasMethods(logger, ['log'])),
}

const RULES: Rules<GracefulShutdownOptions> = {
  watchman: {
    expected: 'what createWatchman returns',
    matches: (watchman) => hasMethods(watchman, ['holdReadiness', 'close']),
  },
  servers: {
    expected: 'a server of node:http, node:https or node:http2, or an array of them',
    matches: (servers) => [servers].flat().every(isServer),
  },
  delay: milliseconds,
  timeout: milliseconds,
  signals: {
    expected: "an array of signals, such as ['SIGTERM', 'SIGINT']",
    matches: (signals) => Array.isArray(signals) && signals.every((signal) => typeof signal === 'string'),
  },
  onShutdown: aFunction,
  logger: aLogger,
}

/** Signals that no process can listen to. */
const UNSTOPPABLE: readonly string[] = ['SIGKILL', 'SIGSTOP']

/** @throws WatchmanError `INVALID_OPTION` for an option that is unknown or cannot work. */
export function validateShutdown(options: GracefulShutdownOptions): GracefulShutdownOptions {
  const { watchman, signals = [] } = validate('gracefulShutdown', options, RULES)
  assertOption(watchman, 'gracefulShutdown needs the option watchman: what createWatchman returns')
  for (const signal of signals) {
    const isReceived = signal in constants.signals && !UNSTOPPABLE.includes(signal)
    assertOption(
      isReceived,
      `option signals of gracefulShutdown contains "${signal}", which a process cannot receive on ${process.platform}: use signals such as SIGTERM and SIGINT`,
    )
  }
  return options
}

function isServer(value: unknown): boolean {
  return (
    isObject(value) &&
    hasMethods(value, ['close', 'on', 'prependListener', 'removeListener']) &&
    typeof memberOf(value, 'listening') === 'boolean'
  )
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => isFunction(memberOf(value, name)))
}
