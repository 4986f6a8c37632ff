import { setTimeout as sleep } from 'node:timers/promises'
import { type Addresses, startContender } from './contender-process.ts'
import type { Contender } from './contenders.ts'

/** One start of a contender. */
export interface ColdStart {
  readonly name: string
  /** Milliseconds from the start of the process to its first answer. */
  readonly duration: number
  /** Mebibytes it holds then. */
  readonly rss: number
}

/** Milliseconds in which a process comes to rest. */
const REST = 100

/** Starts each contender so many times, in turn. */
export async function coldStarts(
  contenders: readonly Contender[],
  repetitions: number,
  addresses: Addresses,
): Promise<readonly ColdStart[]> {
  const starts: ColdStart[] = []
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const contender of contenders) {
      const running = await startContender(contender, addresses)
      await sleep(REST)
      const { rss } = await running.usage()
      starts.push({ name: contender.name, duration: running.coldStart, rss })
      await running.stop()
    }
  }
  return starts
}
