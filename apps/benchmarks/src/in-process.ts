import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median } from './statistics.ts'

const folder = join(import.meta.dirname, '../dist/probes')
const run = promisify(execFile)

/** Milliseconds that importing core, an adapter and two checks adds to an empty module. */
export async function importCost(repetitions: number): Promise<number> {
  const costs: number[] = []
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const nothing = await timeOf('import-nothing.js')
    costs.push((await timeOf('import-watchman.js')) - nothing)
  }
  return median(costs)
}

async function timeOf(file: string): Promise<number> {
  const began = performance.now()
  await run(process.execPath, [join(folder, file)])
  return performance.now() - began
}

/** What core takes for an answer, by the number of targets. Microseconds. */
export interface ManyTargets {
  readonly count: number
  readonly reused: number
  readonly fresh: number
}

/** Asks core in a process of its own. */
export async function manyTargets(): Promise<readonly ManyTargets[]> {
  const { stdout } = await run(process.execPath, [join(folder, 'many-targets.js')])
  return JSON.parse(stdout)
}
