import type { State, TargetResult } from '@watchman/core'
import { type Html, html } from './html.ts'
import { count, duration } from './words.ts'

const HEIGHT = 20
const STEP = 4

/** Durations below this look alike, so that the noise of a fast backend does not look like trouble. Milliseconds. */
const CALM = 20

const STATES: readonly State[] = ['ok', 'degraded', 'failing']

/** The heights of the bars of a state: trouble stands out, however short it took. */
const LEAST: Readonly<Record<State, number>> = { pending: 2, ok: 2, degraded: 10, failing: HEIGHT }
const MOST: Readonly<Record<State, number>> = { pending: 2, ok: 16, degraded: 16, failing: HEIGHT }

/** The latest runs as bars, the newest at the right: as high as they took long; what failed fills the height. */
export function sparkline(runs: readonly TargetResult[], limit: number): Html {
  const answered = runs.filter(({ state }) => state !== 'failing')
  const longest = Math.max(CALM, ...answered.map(({ duration }) => duration))
  const first = limit - runs.length
  const path = (name: string, bars: readonly string[]) =>
    bars[0] && html`<path class="${name}" d="${bars.join('')}"/>`
  const bar = (index: number, height: number) => `M${index * STEP + 2} ${HEIGHT}v-${height}`
  const heightOf = ({ state, duration }: TargetResult) =>
    LEAST[state] + Math.round(Math.min(1, Math.sqrt(duration / longest)) * (MOST[state] - LEAST[state]))
  const blanks = Array.from({ length: first }, (_, index) => bar(index, 2))
  const bars = STATES.map((state) => {
    const own = runs.flatMap((run, index) => (run.state === state ? bar(first + index, heightOf(run)) : []))
    return path(state, own)
  })
  return html`
    <svg class="spark" role="img" aria-label="${inWords(runs)}" viewBox="0 0 ${limit * STEP} ${HEIGHT}" preserveAspectRatio="none">
      ${path('blank', blanks)}
      ${bars}
    </svg>`
}

/** `30 runs: 28 ok, 2 failing; 1 ms to 5.0 s`. */
function inWords(runs: readonly TargetResult[]): string {
  const counts = STATES.map((state) => [runs.filter((run) => run.state === state).length, state] as const)
  const told = counts.flatMap(([number, state]) => (number > 0 ? `${number} ${state}` : [])).join(', ')
  if (!runs[0]) return 'no runs'
  const durations = runs.map((run) => run.duration)
  const range = `${duration(Math.min(...durations))} to ${duration(Math.max(...durations))}`
  return `${count(runs.length, 'run')}: ${told}; ${range}`
}
