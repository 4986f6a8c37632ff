import { assertOption } from '../options/validate.ts'
import type { TargetMonitor } from './target-monitor.ts'

/** @throws WatchmanError `INVALID_OPTION` where a target depends on one that does not exist, or on itself. */
export function assertDependencies(monitors: ReadonlyMap<string, TargetMonitor>): void {
  for (const { id, policy } of monitors.values()) {
    const path = [id]
    for (let next = policy.dependsOn; next !== undefined; next = monitors.get(next)?.policy.dependsOn) {
      const known = [...monitors.keys()].join(', ')
      assertOption(
        monitors.has(next),
        `option dependsOn of ${path.at(-1)} names "${next}": the targets are ${known}`,
      )
      assertOption(!path.includes(next), `option dependsOn goes in a circle: ${[...path, next].join(' → ')}`)
      path.push(next)
    }
  }
}
