import type { CheckResult, State, TargetResult } from '@watchman/core'
import { createColors } from 'picocolors'
import { oneLine } from './one-line.ts'

// What a stream knows of its terminal, NO_COLOR and FORCE_COLOR included.
const { green, yellow, red, dim } = createColors(process.stdout.isTTY && process.stdout.hasColors())

const colors: Readonly<Record<State, (text: string) => string>> = {
  ok: green,
  degraded: yellow,
  failing: red,
  pending: dim,
}

/** One line a target that `isShown`: `failing   caches.default  5001 ms  timed out after 5000 ms`. */
export function linesOf(
  result: CheckResult,
  isShown: (target: { readonly state: State }) => boolean,
): readonly string[] {
  return result.targets.flatMap((target, index) => {
    const { name, duration } = target
    // The state of a check can be worse than that of its targets: where it takes the key of another.
    const state = target.name ? target.state : result.state
    if (!isShown({ state })) return []
    const subject = name ? `${result.name}.${name}` : result.name
    const parts = [subject, dim(`${Math.round(duration)} ms`), saying(result, target, index)].filter(Boolean)
    return `${colors[state](state.padEnd(8))} ${parts.join('  ')}`
  })
}

/** What the dict of a target says beside that it is ok. */
function saying({ name, dict }: CheckResult, target: TargetResult, index: number): string {
  const own = target.name ? Object(Object(dict[name])[index])[target.name] : (dict[name] ?? dict)
  const { error } = Object(own)
  if (typeof error === 'string') return oneLine(error)
  const json = JSON.stringify(own)
  return json === '{"ok":true}' ? '' : json
}
