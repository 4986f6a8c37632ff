import { type Check, type CheckOptions, defineCheck } from '@watchman/core'
import {
  anObject,
  isError,
  numberFrom,
  type Rules,
  typeTag,
  validate,
  validateValue,
  withAlias,
} from '@watchman/core/driver'
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
  /** Paths, each with the share of its disk that must be free, from 0 to 1. @default {} */
  readonly disks?: Readonly<Record<string, number>> | undefined
}

const aShare = numberFrom(0, 1)

const RULES: Rules<SystemOptions> = {
  eventLoop: anObject,
  memory: anObject,
  disks: { expected: 'an object of paths and shares', matches: (value) => typeTag(value) === 'Object' },
}

const EVENT_LOOP_RULES: Rules<EventLoopOptions> = { maxDelay: numberFrom(0), maxUtilization: aShare }

const MEMORY_RULES: Rules<MemoryOptions> = { maxHeap: aShare, maxRss: aShare }

/**
 * Makes the check `system` of the process it runs in: `{"system":{"eventLoop":{"ok":true,…},"memory":{"ok":true,…}}}`.
 * Disks are measured if there are any. Its alias is `watchman.checks.system`.
 *
 * @throws WatchmanError `INVALID_OPTION` for limits or check options that cannot work.
 * @example
 * system({ memory: { maxRss: 0.8 }, disks: { '/var/lib/uploads': 0.1 } }, { critical: false })
 */
export function system(options: SystemOptions = {}, checkOptions: CheckOptions = {}): Check {
  const { disks = {}, ...limits } = validate('system', options, RULES)
  const measureLoop = eventLoop(validate('eventLoop', limits.eventLoop ?? {}, EVENT_LOOP_RULES))
  const measureMemory = memory(validate('memory', limits.memory ?? {}, MEMORY_RULES))
  const measures = Object.entries(disks).map(
    ([path, minFree]) => [path, disk(path, validateValue('disks', path, minFree, aShare))] as const,
  )
  const all = withAlias('system', checkOptions, 'watchman.checks.system')

  return defineCheck(
    'system',
    async () => {
      const measured = await Promise.all(
        measures.map(async ([path, measure]) => ({ [path]: await settle(measure) })),
      )
      const readings = { eventLoop: await measureLoop(), memory: measureMemory() }
      return { system: measured[0] ? { ...readings, disks: measured } : readings }
    },
    { ...all, ttl: all.ttl ?? 1000 },
  )
}

/** Turns a rejection into an error in the result, so that the other disks are still shown. */
async function settle(measure: () => Promise<Reading>): Promise<Reading | Error> {
  return measure().catch((error: unknown) => (isError(error) ? error : new Error(String(error))))
}
