import { type Check, type CheckPolicy, defineCheck, WatchmanError } from '@watchman/core'
import { disk } from './disks.ts'
import { type EventLoopOptions, eventLoop } from './event-loop.ts'
import { type MemoryOptions, memory } from './memory.ts'
import type { Reading } from './reading.ts'

/** What is measured, and its limits. */
export interface SystemOptions {
  /** The limits of the event loop. @default {} */
  readonly eventLoop?: EventLoopOptions | undefined
  /** The limits of the memory. @default {} */
  readonly memory?: MemoryOptions | undefined
  /** Paths, each with the share of its disk that has to be free, from 0 to 1. @default {} */
  readonly disks?: Readonly<Record<string, number>> | undefined
}

/**
 * Makes the check `system` of the process it runs in: `{"system":{"eventLoop":{"ok":true,…},"memory":{"ok":true,…}}}`.
 * Disks are measured where there are any. It also answers to `watchman.checks.system`.
 *
 * @throws WatchmanError `INVALID_OPTION` for limits or a policy that cannot work.
 * @example
 * system({ memory: { maxRss: 0.8 }, disks: { '/var/lib/uploads': 0.1 } }, { critical: false })
 */
export function system(options: SystemOptions = {}, policy: CheckPolicy = {}): Check {
  ensureLimits(options)
  const { disks = {} } = options
  const loop = eventLoop(options.eventLoop ?? {})
  const space = memory(options.memory ?? {})
  const measures = Object.entries(disks).map(([path, minFree]) => [path, disk(path, minFree)] as const)
  const { aliases = [], ttl = 1000 } = policy

  return defineCheck(
    'system',
    async () => {
      const measured = await Promise.all(
        measures.map(async ([path, measure]) => ({ [path]: await settle(measure) })),
      )
      const readings = { eventLoop: await loop(), memory: space() }
      return { system: measured[0] ? { ...readings, disks: measured } : readings }
    },
    { ...policy, ttl, aliases: ['watchman.checks.system', ...aliases] },
  )
}

/** A disk that cannot be measured is a failure beside the others. */
async function settle(measure: () => Promise<Reading>): Promise<Reading | Error> {
  return measure().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
}

/** The limits that are shares; `maxDelay` is milliseconds. */
function ensureLimits(options: SystemOptions): void {
  ensureNames('system', options, ['eventLoop', 'memory', 'disks'])
  const { eventLoop: loop = {}, memory: space = {}, disks = {} } = options
  ensureNames('eventLoop', loop, ['maxDelay', 'maxUtilization'])
  ensureNames('memory', space, ['maxHeap', 'maxRss'])
  ensureNames('disks', disks)
  const { maxDelay = 0, ...rest } = loop
  ensure(
    Number.isFinite(maxDelay) && maxDelay >= 0,
    'option maxDelay of eventLoop must be milliseconds from 0',
  )
  for (const [name, value = 0] of Object.entries<number | undefined>({ ...rest, ...space, ...disks })) {
    ensure(
      Number.isFinite(value) && value >= 0 && value <= 1,
      `option ${name} of system must be a share from 0 to 1`,
    )
  }
}

function ensureNames(owner: string, options: object, names?: readonly string[]): void {
  ensure(
    Object.prototype.toString.call(options) === '[object Object]',
    `options of ${owner} must be an object`,
  )
  const unknown = Object.keys(options).find((name) => names && !names.includes(name))
  ensure(unknown === undefined, `option ${unknown} of ${owner} must be one of ${names}`)
}

function ensure(condition: boolean, message: string): void {
  if (!condition) throw new WatchmanError('INVALID_OPTION', message)
}
