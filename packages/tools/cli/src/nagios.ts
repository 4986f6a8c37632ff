import type { Report, State, TargetResult } from '@watchman/core'
import { oneLine } from './one-line.ts'

/** The exit codes of a plugin for Nagios and the monitors that run its plugins. */
export const nagiosCode = { ok: 0, degraded: 1, failing: 2, pending: 3 } as const satisfies Record<
  State,
  number
>

/** Their names. */
const NAMES: Readonly<Record<State, string>> = {
  ok: 'OK',
  degraded: 'WARNING',
  failing: 'CRITICAL',
  pending: 'UNKNOWN',
}

/**
 * Writes a report as such a plugin does: a line with the state, what is not ok, and the duration of each target as performance data;
 * then a line for each target that is not ok.
 */
export function nagiosText({ state, results }: Report): string {
  const bad = results.filter((result) => result.state !== 'ok')
  const summary = bad.length === 0 ? `${results.length} ok` : bad.map(({ id }) => plain(id)).join(', ')
  const durations = results.map(({ id, duration }) => `'${label(id)}'=${Math.round(duration)}ms`)
  const lines = bad.map((result) => `${NAMES[result.state]} ${describe(result)}`)
  return [`WATCHMAN ${NAMES[state]} - ${summary} | ${durations.join(' ')}`, ...lines].join('\n')
}

/** What such a plugin prints where it could not check anything. */
export function nagiosError(message: string): string {
  return `WATCHMAN UNKNOWN - ${plain(message)}`
}

function describe({ id, error }: TargetResult): string {
  return error === undefined ? plain(id) : `${plain(id)}: ${plain(error)}`
}

/** A bar would begin the performance data. */
function plain(text: string): string {
  return oneLine(text).replaceAll('|', '/')
}

/** A label of performance data: a quote is doubled, and it has no equals sign. */
function label(id: string): string {
  return plain(id).replaceAll("'", "''").replaceAll('=', '_')
}
