import { buildReport, type CheckResults } from '../report/build-report.ts'
import type { Log } from '../report/log.ts'
import type { Presenter } from '../report/present.ts'
import type { Report, TargetResult } from '../types/report.ts'
import { inBatches } from './in-batches.ts'
import type { Call, MonitoredCheck, TargetMonitor } from './target-monitor.ts'
import { setUnrefTimeout } from './unref-timeout.ts'

/** Makes reports of monitored checks. */
export interface Assembler {
  /** Asks all targets of these checks concurrently. Never rejects. */
  ask(checks: readonly MonitoredCheck[], call: Call): Promise<Report>
  /** Uses the latest results. */
  snapshot(checks: readonly MonitoredCheck[]): Report
}

/** What reports are made with. */
export interface AssemblerParts {
  readonly presenter: Presenter
  readonly log: Log
  /** Milliseconds until a report is answered with the latest results. */
  readonly deadline: number | undefined
  /** How many checks there are. */
  readonly checkCount: number
  /** Why readiness is held, while it is. */
  readonly held: () => string | undefined
}

export function createAssembler({ presenter, log, deadline, checkCount, held }: AssemblerParts): Assembler {
  function build(checks: readonly MonitoredCheck[], results: readonly (readonly TargetResult[])[]) {
    const collisions = new Map<string, string>()
    const parts = checks.map((check, index) => toResults(check, results[index] ?? []))
    const report = buildReport(parts, held(), ({ check, key }) => {
      const error = `returned the key "${key}" of another check`
      collisions.set(check, error)
      return presenter.error(error)
    })
    return { report, collisions }
  }

  return {
    async ask(checks, call) {
      const monitors = checks.flatMap((check) => check.monitors)
      const began = performance.now()
      const ask = (monitor: TargetMonitor) => {
        if (deadline === undefined) return monitor.ask(call)
        return askUntil(monitor, call, deadline - (performance.now() - began))
      }
      const asked = new Map(
        await inBatches(monitors, async (monitor) => [monitor, await ask(monitor)] as const),
      )
      const results = checks.map((check) =>
        check.monitors.map((monitor) => newest(monitor, asked.get(monitor))),
      )
      const { report, collisions } = build(checks, results)
      if (checks.length < checkCount) return report // without all others, nothing can be said of keys
      for (const { name } of checks) {
        const message = collisions.get(name)
        log.state(`keys of ${name}`, message === undefined ? 'ok' : 'failing', { message })
      }
      return report
    },
    snapshot: (checks) =>
      build(
        checks,
        checks.map(({ monitors }) => monitors.map((monitor) => monitor.snapshot())),
      ).report,
  }
}

/** While the slowest target ran, others may have run again. */
function newest(monitor: TargetMonitor, result: TargetResult = monitor.snapshot()): TargetResult {
  return monitor.isShared && result.state !== 'pending' ? monitor.snapshot() : result
}

/** Asks a target until the deadline of the report, which then contains its latest result. */
function askUntil(monitor: TargetMonitor, call: Call, deadline: number): Promise<TargetResult> {
  return new Promise((resolve) => {
    const cancel = setUnrefTimeout(() => resolve(monitor.fallback()), deadline)
    void monitor.ask(call).then((result) => {
      cancel()
      resolve(result)
    })
  })
}

function toResults(check: MonitoredCheck, results: readonly TargetResult[]): CheckResults {
  const { name, isNamed, targets, monitors } = check
  const optional = monitors.filter(({ policy }) => policy.critical === false).map((monitor) => monitor.name)
  const isFunction = targets[0]?.run !== undefined
  const explained = results.map((result, index) => monitors[index]?.withCause(result) ?? result)
  return { name, isNamed, isFunction, optional: new Set(optional), results: explained }
}
