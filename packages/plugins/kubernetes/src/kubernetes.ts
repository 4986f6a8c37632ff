import type { Plugin, Report } from '@watchman/core'
import { validate } from '@watchman/core/driver'
import { addEndpoint } from './endpoint.ts'
import { createFirstReady } from './first-ready.ts'
import { assertShared, type KubernetesOptions, OPTIONS } from './options.ts'
import { isUp, type Target, targetsOf, wasOk } from './targets.ts'
import type { Line } from './text.ts'

/** The check of the process itself, that of @watchman/system. */
const OWN_CHECK = 'system'

/**
 * Makes the plugin that adds `livez`, `readyz` and `startupz` for the probes of Kubernetes. They answer 200 or 503, whatever
 * `failingStatus` says, and need no token; the reasons of failures are shown only to requests with one.
 *
 * @throws WatchmanError `INVALID_OPTION` for options that cannot work, and in `createWatchman` for names that do not exist.
 * @example
 * createWatchman({ checks, plugins: [kubernetes({ ready: ['databases', 'caches.sessions'], shared: ['databases'] })] })
 */
export function kubernetes(options: KubernetesOptions = {}): Plugin {
  validate('kubernetes', options, OPTIONS)
  const { ready, startup = ready, live, shared = [], deadline = 800, jitter = 5000 } = options

  return {
    name: 'kubernetes',
    setup(host) {
      const none = host.select({ check: [] })
      /** What the reports of all targets say of the watchman: a closed one has no results. */
      const watchmanOf = ([report = none.snapshot()]: readonly Report[]) => ({
        held: report.held,
        isClosed: report.results.length === 0 && report.body.error === 503,
      })
      const readyTargets = targetsOf(host, ready)
      const sharedTargets = shared.length > 0 ? targetsOf(host, shared) : []
      const liveTargets = live ? targetsOf(host, live) : []
      assertShared(sharedTargets.map(idOf), readyTargets.map(idOf))
      const backends = liveTargets.filter(({ check }) => check !== OWN_CHECK)
      if (backends.length > 0) {
        const names = backends.map(idOf).join(', ')
        host.warn(
          `live contains ${names}: while it fails, Kubernetes restarts the container, which repairs no backend`,
        )
      }

      addEndpoint(host, {
        name: 'livez',
        targets: liveTargets,
        deadline,
        // Draining and closing are no reason to restart the container.
        judge: (reports) => ({ isOk: watchmanOf(reports).isClosed || reports.every(isUp) }),
      })

      const isTolerated = toleranceOf(sharedTargets)
      const firstReady = createFirstReady(sharedTargets.length > 0 ? jitter : 0)
      addEndpoint(host, {
        name: 'readyz',
        targets: readyTargets,
        deadline,
        judge(reports, isWhole) {
          const { held, isClosed } = watchmanOf(reports)
          const couldBeReady = !isClosed && reports.every((report) => isUp(report) || isTolerated(report))
          const isDelayed = isWhole && !firstReady.allows(couldBeReady) && couldBeReady
          return {
            isOk: couldBeReady && !isDelayed && held === undefined,
            lines: new Map(reports.filter(isTolerated).flatMap(toleratedLines)),
            extra: readinessLine(held, isDelayed),
          }
        },
      })

      let isStarted = false
      addEndpoint(host, {
        name: 'startupz',
        targets: targetsOf(host, startup),
        deadline,
        judge(reports, isWhole) {
          const isOk = isStarted || reports.every(wasOk)
          if (isWhole && isOk) isStarted = true
          return { isOk, lines: new Map(reports.filter(wasOk).flatMap(startedLines)) }
        },
      })
    },
  }
}

const idOf = ({ id }: Target) => id

/** Makes the function that tells whether a failure is that of a shared target which was ok before. */
function toleranceOf(shared: readonly Target[]): (report: Report) => boolean {
  const ids = new Set(shared.map(idOf))
  return (report) => !isUp(report) && wasOk(report) && report.results.every(({ id }) => ids.has(id))
}

function toleratedLines({ results }: Report): readonly (readonly [string, Line])[] {
  return results.map(({ id, error }) => [id, { id, outcome: 'degraded', reason: error }])
}

function startedLines({ results }: Report): readonly (readonly [string, Line])[] {
  return results.map(({ id }) => [id, { id, outcome: 'ok' }])
}

/** The line of what is no target: held readiness, or the delay of the first readiness. */
function readinessLine(held: string | undefined, isDelayed: boolean): Line | undefined {
  if (held !== undefined) return { id: 'readiness', outcome: 'failed', reason: held }
  if (!isDelayed) return undefined
  return {
    id: 'readiness',
    outcome: 'pending',
    reason: 'delayed at random, so that instances do not begin at once',
  }
}
