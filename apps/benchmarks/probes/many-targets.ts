// How long core itself takes to answer, with probes that do nothing. Prints microseconds by the number of targets. It is called as
// the adapters on Node call it, which make no Response.
import { createWatchman, defineProbeCheck } from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'

const COUNTS = [1, 10, 100, 1000]
const PATIENCE = 400 // milliseconds for each figure

const request = new Request('http://localhost/')

async function time(count: number, ttl: number): Promise<number> {
  const probes = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`target-${index}`, () => {}]),
  )
  const watchman = createWatchman({ checks: [defineProbeCheck('many', probes, { ttl })] })
  const handle = handleOf(watchman, 'many-targets')
  const ask = () =>
    handle({ method: 'GET', path: '', search: '', header: () => undefined, request: () => request })
  for (const end = performance.now() + PATIENCE; performance.now() < end; ) await ask()
  const began = performance.now()
  let asked = 0
  while (performance.now() < began + PATIENCE) {
    await ask()
    asked += 1
  }
  return ((performance.now() - began) * 1000) / asked
}

const figures = []
for (const count of COUNTS) {
  figures.push({ count, reused: await time(count, 3_600_000), fresh: await time(count, 0) })
}
console.log(JSON.stringify(figures))
