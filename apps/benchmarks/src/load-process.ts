// Puts load on a contender, from a process of its own: a message says on which, the answer is what came of it.
import { createHistogram } from 'node:perf_hooks'
import autocannon from 'autocannon'
import type { Load, Outcome } from './load.ts'

process.on('message', async (load: Load) => process.send?.(await run(load)))
process.on('disconnect', () => process.exit())

async function run({ url, connections, warmUp, duration, rate }: Load): Promise<Outcome> {
  const histogram = createHistogram()
  const statuses = new Map<number, number>()
  const rates = rate === undefined ? {} : { connectionRate: rate }
  let answered = 0
  let measured = 0
  let worst = 0
  let last = 0
  let from = Number.POSITIVE_INFINITY

  await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      // Its own statistics are of whole milliseconds, and those of answers with 2xx alone.
      { url, connections, duration: warmUp + duration, sampleInt: 20, timeout: 60, ...rates },
      (error, told) => (error ? reject(error) : resolve(told)),
    )
    const start = performance.now()
    from = start + warmUp * 1000
    const until = from + duration * 1000
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      answered += 1
      worst = Math.max(worst, milliseconds)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      const now = performance.now()
      if (now < from || now > until) return
      measured += 1
      last = now
      histogram.record(Math.max(1, Math.round(milliseconds * 1000)))
    })
  })

  return {
    answered,
    worst,
    statuses: Object.fromEntries(statuses),
    perSecond: measured === 0 ? 0 : (measured * 1000) / (last - from),
    p50: histogram.percentile(50) / 1000,
    p99: histogram.percentile(99) / 1000,
    max: histogram.max / 1000,
  }
}
