import type { State } from '@watchman/core'
import { count, formatDuration } from './format.ts'
import type { Run } from './history.ts'
import { type Html, html } from './html.ts'

const HEIGHT = 20
const STEP = 4

/** The shortest duration that fills the scale, in milliseconds: the noise of a fast backend must not look like trouble. */
const MIN_SCALE = 20

const STATES: readonly State[] = ['ok', 'degraded', 'failing']

/** The range of heights of the bars of a state: trouble stands out, however short the run was. */
const MIN_HEIGHT: Readonly<Record<State, number>> = { pending: 2, ok: 2, degraded: 10, failing: HEIGHT }
const MAX_HEIGHT: Readonly<Record<State, number>> = { pending: 2, ok: 16, degraded: 16, failing: HEIGHT }

/** Draws the latest runs as bars, the newest at the right. The height shows the duration; a failure has the full height. */
export function sparkline(runs: readonly Run[], limit: number): Html {
  const succeeded = runs.filter(({ state }) => state !== 'failing')
  const longest = Math.max(MIN_SCALE, ...succeeded.map(({ duration }) => duration))
  const first = limit - runs.length
  const path = (name: string, bars: readonly string[]) =>
    bars[0] && html`<path class="${name}" d="${bars.join('')}"/>`
  const bar = (index: number, height: number) => `M${index * STEP + 2} ${HEIGHT}v-${height}`
  const heightOf = ({ state, duration }: Run) => {
    const range = MAX_HEIGHT[state] - MIN_HEIGHT[state]
    return MIN_HEIGHT[state] + Math.round(Math.min(1, Math.sqrt(duration / longest)) * range)
  }
  const blanks = Array.from({ length: first }, (_, index) => bar(index, 2))
  const bars = STATES.map((state) => {
    const own = runs.flatMap((run, index) => (run.state === state ? bar(first + index, heightOf(run)) : []))
    return path(state, own)
  })
  return html`
    <svg class="spark" role="img" aria-label="${describe(runs)}" viewBox="0 0 ${limit * STEP} ${HEIGHT}" preserveAspectRatio="none">
      ${path('blank', blanks)}
      ${bars}
    </svg>`
}

/** Describes runs in text: `30 runs: 28 ok, 2 failing; 1 ms to 5.0 s`. */
function describe(runs: readonly Run[]): string {
  if (!runs[0]) return 'no runs'
  const counts = STATES.map((state) => [runs.filter((run) => run.state === state).length, state] as const)
  const states = counts.flatMap(([number, state]) => (number > 0 ? `${number} ${state}` : [])).join(', ')
  const durations = runs.map((run) => run.duration)
  const range = `${formatDuration(Math.min(...durations))} to ${formatDuration(Math.max(...durations))}`
  return `${count(runs.length, 'run')}: ${states}; ${range}`
}
