// Measures all contenders side by side: `pnpm bench`, or `pnpm bench --quick` for a rough picture in two minutes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBackends } from './backends.ts'
import { chartOf } from './chart.ts'
import { coldStarts } from './cold-starts.ts'
import { contenders } from './contenders.ts'
import { importCost, manyTargets } from './in-process.ts'
import { startLoad } from './load.ts'
import { measure } from './measure.ts'
import { requests, resultsOf } from './results.ts'
import { rowsOf } from './rows.ts'
import { whilePaused } from './while-paused.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const { quick, only } = values
// Short and often: what else the machine does then meets a contender and its constant handler alike.
const pace = quick ? { repetitions: 3, slice: 0.15, first: 0.7 } : { repetitions: 13, slice: 0.25, first: 2 }
const pausedSeconds = quick ? 7 : 30
const starts = quick ? 1 : 5
const note = quick ? '\nA quick run: a rough picture and no verdict.\n' : ''

const chosen = contenders.filter(({ name, constant }) => {
  const wanted = new RegExp(only ?? '')
  return (
    wanted.test(name) ||
    (contenders.some((other) => other.constant === name && wanted.test(other.name)) && name === constant)
  )
})
const tell = (text: string) => console.error(`[bench] ${text}`)

const backends = await startBackends()
const load = startLoad()
try {
  tell(`starting ${chosen.length} contenders, ${starts} times`)
  const coldly = await coldStarts(chosen, starts, backends.addresses)
  const measured = await measure(chosen, pace, backends, load, tell)
  const rows = rowsOf(chosen, { ...measured, starts: coldly })
  console.log([1, 32, 256].map((connections) => requests(rows, connections)).join('\n\n'))
  if (!only) {
    tell('with Redis paused')
    const findings = {
      rows,
      pausedSeconds,
      slice: pace.slice,
      paused: await whilePaused(
        chosen.filter(({ paused }) => paused),
        pausedSeconds,
        backends.addresses,
        load,
      ),
      importCost: await importCost(quick ? 5 : 21),
      targets: await manyTargets(),
    }
    const folder = join(import.meta.dirname, '..')
    writeFileSync(join(folder, 'RESULTS.md'), resultsOf(findings, pace, note))
    writeFileSync(join(folder, 'chart.svg'), chartOf(rows))
    tell('written to apps/benchmarks/RESULTS.md')
  }
} finally {
  load.stop()
  await backends.stop()
}
