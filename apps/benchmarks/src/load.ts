import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { endWithUs } from './children.ts'

/** What to ask of a contender. */
export interface Load {
  readonly url: string
  readonly connections: number
  /** Seconds before anything counts. */
  readonly warmUp: number
  /** Seconds that count. */
  readonly duration: number
  /** Requests that each connection may send in a second. @default as many as are answered */
  readonly rate?: number
}

/** What came of it. */
export interface Outcome {
  /** Requests that were answered from the first to the last moment. */
  readonly answered: number
  /** Milliseconds until the slowest of them. */
  readonly worst: number
  readonly statuses: Readonly<Record<string, number>>
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Starts the process that puts load on contenders. One load at a time. */
export function startLoad(): { run(load: Load): Promise<Outcome>; stop(): void } {
  const child = fork(join(import.meta.dirname, 'load-process.ts'))
  const stop = endWithUs(child)
  const lost = once(child, 'exit').then(() => {
    throw new Error('the load process has ended')
  })
  lost.catch(() => {}) // nobody may be waiting
  return {
    stop,
    async run(load) {
      child.send(load)
      const [outcome]: Outcome[] = await Promise.race([once(child, 'message'), lost])
      if (!outcome) throw new Error('the load process said nothing')
      return outcome
    },
  }
}
