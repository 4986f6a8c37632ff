import type { ManyTargets } from './in-process.ts'
import type { Row } from './rows.ts'
import { ratio } from './statistics.ts'
import type { WhilePaused } from './while-paused.ts'

/** A target, and how far it was reached. */
export interface Goal {
  readonly what: string
  readonly wanted: string
  readonly measured: string
  readonly reached: boolean
}

/** What the goals are read from. */
export interface Findings {
  readonly rows: readonly Row[]
  readonly paused: readonly WhilePaused[]
  readonly pausedSeconds: number
  readonly importCost: number
  readonly targets: readonly ManyTargets[]
  readonly slice: number
}

const DEADLINE = 5 // seconds that a check of Watchman has by default

/** What Watchman is held to. */
export function goalsOf(findings: Findings): readonly Goal[] {
  const { rows, importCost } = findings
  const own = rows.filter(({ contender }) => contender.kind === 'watchman')
  const reusing = own.filter(({ contender }) => !contender.environment)
  return [
    ...reusing.flatMap(speedOf),
    ...reusing.flatMap((row) => aheadOf(row, rows)),
    ...own.filter(({ contender }) => contender.environment).flatMap((row) => sharedRuns(row, rows)),
    atMost('importing core, an adapter and two checks, ms more than nothing', 10, importCost, 1),
    ...reusing.map((row) =>
      atMost(
        `${row.contender.name}: RSS over the constant handler's, MiB`,
        4,
        row.idle - idleOf(rows, row),
        1,
      ),
    ),
    ...whilePausedGoals(findings),
    ...manyTargetGoals(findings.targets),
  ]
}

function speedOf({ contender, at }: Row): readonly Goal[] {
  return [...at].flatMap(([connections, { toConstant }]) => {
    const title = `${contender.name}, ${connections} connections`
    return [
      atLeast(
        `${title}: requests per second to the constant handler's`,
        connections === 1 ? 0.9 : 0.92,
        toConstant.perSecond,
      ),
      atMost(`${title}: p99 to the constant handler's`, 1.25, toConstant.p99),
    ]
  })
}

/** Only peers on the same framework stand beside each other. */
function aheadOf(row: Row, rows: readonly Row[]): readonly Goal[] {
  const rivals = rows.filter(
    ({ contender }) =>
      contender.constant === row.contender.constant &&
      (contender.kind === 'peer' || contender.name === 'by hand, cached'),
  )
  return rivals.flatMap((rival) => {
    const ratios = [...row.at.keys()].map((connections) => ratioOf(row, rival, connections))
    return [
      atLeast(
        `${row.contender.name}: requests per second to those of ${rival.contender.name}, the worst of all loads`,
        1,
        Math.min(...ratios),
      ),
    ]
  })
}

function sharedRuns(row: Row, rows: readonly Row[]): readonly Goal[] {
  const byHand = rows.find(({ contender }) => contender.name === 'by hand, every request')
  return [...row.at].map(([connections, { toConstant }]) => {
    const title = `${row.contender.name}, ${connections} connections: requests per second to`
    if (connections === 1 && byHand) {
      return atLeast(`${title} those of the handler by hand`, 0.97, ratioOf(row, byHand, connections))
    }
    return atLeast(`${title} the constant handler's`, 0.82, toConstant.perSecond)
  })
}

/** Of requests per second, in the same repetition. */
function ratioOf(row: Row, other: Row, connections: number): number {
  const none: ReadonlyMap<number, number> = new Map()
  const [own, others] = [row, other].map(({ at }) => at.get(connections)?.eachPerSecond ?? none)
  return ratio(own ?? none, others ?? none)
}

function idleOf(rows: readonly Row[], row: Row): number {
  return rows.find(({ contender }) => contender.name === row.contender.constant)?.idle ?? Number.NaN
}

function whilePausedGoals({ paused, pausedSeconds }: Findings): readonly Goal[] {
  return paused
    .filter(({ name }) => name.startsWith('watchman'))
    .flatMap(({ name, answered, worst, commands, growth }) => [
      atLeast(`${name}, Redis paused: share answered of what was due`, 1, answered),
      atMost(
        `${name}, Redis paused: worst time to answer, s`,
        DEADLINE + 0.5,
        (worst ?? Number.POSITIVE_INFINITY) / 1000,
      ),
      atMost(`${name}, Redis paused: round trips started`, Math.ceil(pausedSeconds / DEADLINE), commands, 0),
      atMost(`${name}, Redis paused: growth, MiB`, 10, growth, 1),
    ])
}

function manyTargetGoals(targets: readonly ManyTargets[]): readonly Goal[] {
  const [least, most] = [targets.at(0), targets.at(-1)]
  if (!least || !most) return []
  const each = (most.fresh - least.fresh) / (most.count - least.count)
  return [
    atMost(
      `a reused answer with ${most.count} targets to one with ${least.count}`,
      1.1,
      most.reused / least.reused,
    ),
    atMost('a fresh answer, µs a target', 5, each),
  ]
}

function atLeast(what: string, wanted: number, measured: number): Goal {
  return { what, wanted: `≥ ${wanted}`, measured: measured.toFixed(2), reached: measured >= wanted }
}

function atMost(what: string, wanted: number, measured: number, digits = 2): Goal {
  return { what, wanted: `≤ ${wanted}`, measured: measured.toFixed(digits), reached: measured <= wanted }
}
