import { CLOSED_REPORT, emptyReport } from '../report/error-reports.ts'
import type { Group } from '../types/plugin.ts'
import type { Report } from '../types/report.ts'
import type { Assembler } from './assemble.ts'
import { keepAlive } from './keep-alive.ts'
import type { Call, MonitoredCheck, TargetMonitor } from './target-monitor.ts'

/** A group of targets that is asked on behalf of a request. */
export interface RequestGroup {
  /** Runs what has no fresh result. Never rejects. */
  report(call: Call): Promise<Report>
  /** The report, if it can be reused as it is. */
  fresh(): Report | undefined
  /** Uses the latest results. */
  snapshot(): Report
}

/** The state of the runner that all its groups share. */
export interface RunnerState {
  /** Grows with everything that makes an earlier report out of date. */
  version: number
  isClosed: boolean
  /** Why readiness is held, while it is. */
  readonly held: () => string | undefined
  /** Starts the targets that have an interval: the first request does. */
  readonly start: () => void
}

/** Makes the group of these checks. Callers who arrive together share a report, and reuse it while its results are fresh. */
export function createGroup(
  checks: readonly MonitoredCheck[],
  assembler: Assembler,
  state: RunnerState,
): RequestGroup {
  const monitors = checks.flatMap((check) => check.monitors)
  const isShared = monitors.every((monitor) => monitor.isShared)
  let latest: { readonly report: Report; readonly version: number; readonly expires: number } | undefined
  let running: Promise<Report> | undefined

  /** The report of a group that has nothing to run. */
  function constant(): Report | undefined {
    if (state.isClosed) return CLOSED_REPORT
    return monitors.length === 0 ? emptyReport(state.held()) : undefined
  }

  async function ask(call: Call): Promise<Report> {
    const report = await keepAlive(assembler.ask(checks, call))
    return state.isClosed ? CLOSED_REPORT : report
  }

  async function askForAll(call: Call): Promise<Report> {
    const report = await ask(call).finally(() => {
      running = undefined
    })
    latest = { report, version: state.version, expires: earliestExpiry(monitors) }
    return report
  }

  function fresh(): Report | undefined {
    const isFresh = latest && latest.version === state.version && performance.now() < latest.expires
    return constant() ?? (isFresh ? latest?.report : undefined)
  }

  return {
    fresh,
    async report(call) {
      state.start()
      const reusable = fresh()
      if (reusable) return reusable
      if (!isShared) return ask(call)
      running ??= askForAll(call)
      return running
    },
    snapshot: () => constant() ?? assembler.snapshot(checks),
  }
}

function earliestExpiry(monitors: readonly TargetMonitor[]): number {
  return monitors.reduce((least, monitor) => Math.min(least, monitor.expires()), Number.POSITIVE_INFINITY)
}

/** The call of a report that no request has asked for. */
export const NO_REQUEST: Call = { request: () => new Request('http://localhost/'), joins: true }

/** Binds a group to a call, so that it can be used without one. */
export function bindGroup({ report, snapshot }: RequestGroup, call: Call = NO_REQUEST): Group {
  return { report: () => report(call), snapshot }
}
