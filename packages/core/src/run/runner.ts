import { mergePolicies, type NormalizedCheck, type NormalizedTarget } from '../options/normalize-check.ts'
import { assertUnique } from '../options/validate.ts'
import type { Selection } from '../types/plugin.ts'
import type { Policy } from '../types/policy.ts'
import type { TargetResult } from '../types/report.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { createAssembler } from './assemble.ts'
import { assertDependencies } from './assert-dependencies.ts'
import { createBackground } from './background.ts'
import { createGroup, NO_REQUEST, type RequestGroup, type RunnerState } from './group.ts'
import { inBatches } from './in-batches.ts'
import { createSelector } from './select-targets.ts'
import { createTargetMonitor, type MonitorContext, type MonitoredCheck } from './target-monitor.ts'

/** Runs checks concurrently. */
export interface Runner {
  /** All targets. */
  readonly all: RequestGroup
  /** The targets of a selection, and the names in it that do not exist. */
  select(selection: Selection): { readonly group: RequestGroup; readonly unknown: readonly string[] }
  /** The names of all checks, and the ids of their targets. */
  readonly names: readonly string[]
  /** The ids of the targets that run only when somebody asks. */
  readonly withoutInterval: readonly string[]
  /** The longest timeout of a target, in milliseconds. */
  readonly longestTimeout: number
  /** Marks reports as held until the returned function is called. */
  hold(reason: string): () => void
  /** Starts the targets that have an interval. */
  start(): void
  /** Stops timers and aborts what runs. */
  close(): void
}

/** What a runner is made of, beside its checks. */
export interface RunnerParts extends Omit<MonitorContext, 'isFailing' | 'isClosed'> {
  readonly options: Pick<WatchmanOptions, 'deadline' | 'defaults'>
}

/** How long the result of a probe is reused by default, in milliseconds. */
const PROBE_TTL = 1000

/** The policy of a target: its own or that of its check, else the defaults of the watchman, else those of probes. */
function policyOf({ probe, policy }: NormalizedTarget, defaults: Policy): Policy {
  const ofProbes = probe ? { ttl: PROBE_TTL } : {}
  const { ttl = 0 } = policy
  // A `ttl` says how often a target may be asked, such as a mail server: an interval for all targets must not make that more.
  const interval = defaults.interval === undefined ? undefined : Math.max(defaults.interval, ttl)
  return mergePolicies(mergePolicies(ofProbes, { ...defaults, interval }), policy)
}

export function createRunner(checks: readonly NormalizedCheck[], parts: RunnerParts): Runner {
  const { presenter, redactor, log, wrappers, maxSize } = parts
  const { deadline, defaults = {} } = parts.options
  const holds = new Set<{ readonly reason: string }>()
  const held = () => [...holds].at(-1)?.reason
  const state: RunnerState = { version: 0, isClosed: false, held, start }
  let isStarted = false

  function onResult(result: TargetResult, previous: TargetResult | undefined): void {
    state.version += 1
    if (!state.isClosed) parts.onResult(result, previous)
  }

  function start(): void {
    if (isStarted || state.isClosed) return
    isStarted = true
    void inBatches(monitors, async (monitor) => {
      const { interval } = monitor.policy
      if (interval !== undefined && !state.isClosed)
        background.repeat(() => void monitor.refresh(NO_REQUEST), interval)
    })
  }

  const context: MonitorContext = {
    presenter,
    redactor,
    log,
    wrappers,
    maxSize,
    isClosed: () => state.isClosed,
    onResult,
    isFailing: (id) => byId.get(id)?.isDown() ?? false,
  }
  const monitored = checks.map((check): MonitoredCheck => {
    const toMonitor = (target: NormalizedTarget) =>
      createTargetMonitor(check, target, policyOf(target, defaults), context)
    return { ...check, monitors: check.targets.map(toMonitor) }
  })
  const monitors = monitored.flatMap((check) => check.monitors)
  const ids = monitors.map(({ id }) => id)
  assertUnique(ids, 'targets')
  const byId = new Map(monitors.map((monitor) => [monitor.id, monitor]))
  assertDependencies(byId)

  const assembler = createAssembler({ presenter, log, deadline, checkCount: checks.length, held })
  const background = createBackground()
  const selectTargets = createSelector(monitored)
  const all = createGroup(monitored, assembler, state)

  return {
    all,
    select(selection) {
      const { checks: selected, unknown } = selectTargets(selection)
      return { group: selected === monitored ? all : createGroup(selected, assembler, state), unknown }
    },
    names: [...new Set([...monitored.map(({ name }) => name), ...ids])],
    withoutInterval: monitors.flatMap(({ id, policy }) => (policy.interval === undefined ? id : [])),
    longestTimeout: monitors.reduce(
      (longest, { policy: { timeout = 5000 } }) => Math.max(longest, timeout),
      0,
    ),
    hold(reason) {
      const hold = { reason }
      holds.add(hold)
      state.version += 1
      return () => {
        if (holds.delete(hold)) state.version += 1
      }
    },
    start,
    close() {
      state.isClosed = true
      background.stop()
      for (const monitor of monitors) monitor.close(new Error('closed'))
    },
  }
}
