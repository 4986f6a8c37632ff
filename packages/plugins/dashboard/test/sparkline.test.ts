import type { State } from '@watchman/core'
import { expect, test } from 'vitest'
import type { Run } from '../src/history.ts'
import { write } from '../src/html.ts'
import { sparkline } from '../src/sparkline.ts'

const run = (duration: number, state: State = 'ok'): Run => ({ state, startedAt: 0, duration })

/** The bars as `state@position:height`. */
function bars(runs: readonly Run[], limit: number): readonly string[] {
  return [...write(sparkline(runs, limit)).matchAll(/<path class="(\w+)" d="(.*?)"/g)].flatMap(
    ([, name, path = '']) =>
      [...path.matchAll(/M(\d+) 20v-(\d+)/g)].map(
        ([, x, height]) => `${name}@${(Number(x) - 2) / 4}:${height}`,
      ),
  )
}

test('the height of a bar shows the duration, and the newest run is at the right', () => {
  expect(bars([run(25), run(100)], 4)).toEqual(['blank@0:2', 'blank@1:2', 'ok@2:9', 'ok@3:16'])
})

test('runs of a fast target have similar heights', () => {
  expect(bars([run(0), run(0.1), run(0.2)], 3)).toEqual(['ok@0:2', 'ok@1:3', 'ok@2:3'])
})

test('failures stand out, and do not make the other runs look fast', () => {
  expect(bars([run(20), run(0, 'degraded'), run(5000, 'failing')], 3)).toEqual([
    'ok@0:16',
    'degraded@1:10',
    'failing@2:20',
  ])
})

test('has a text that describes it', () => {
  const runs = [run(0.4), run(2, 'degraded'), run(5000, 'failing'), run(7)]
  expect(write(sparkline(runs, 4))).toContain(
    'aria-label="4 runs: 2 ok, 1 degraded, 1 failing; &lt;1 ms to 5.0 s"',
  )
})
