import type { State, TargetResult } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { createColors } from 'picocolors'
import { oneLine } from './one-line.ts'

// `hasColors` respects NO_COLOR and FORCE_COLOR.
const { green, yellow, red, dim } = createColors(process.stdout.isTTY && process.stdout.hasColors())

const colors: Readonly<Record<State, (text: string) => string>> = {
  ok: green,
  degraded: yellow,
  failing: red,
  pending: dim,
}

/** Details that say no more than the state. */
const STATE_ONLY: readonly string[] = ['{"ok":true}', '{"ok":false}']

/** Returns the line of a result: `failing  caches.default  5001 ms  timed out after 5000 ms`. */
export function lineOf(result: TargetResult): string {
  const { id, state, duration } = result
  const parts = [oneLine(id), dim(`${Math.round(duration)} ms`), detailOf(result)].filter(Boolean)
  return `${colors[state](state.padEnd(8))} ${parts.join('  ')}`
}

/** Returns the error of a result and its details, unless they say the same. */
function detailOf({ check, error, details }: TargetResult): string {
  // A check function returns its own key, as in { queue: { ok: true, size: 3 } }.
  const own = details && Object.hasOwn(details, check) ? details[check] : details
  const isRepeated = error !== undefined && memberOf(own, 'error') === error
  const json = own === undefined || isRepeated ? '' : JSON.stringify(own)
  return [error ?? '', STATE_ONLY.includes(json) ? '' : json].filter(Boolean).map(oneLine).join('  ')
}
