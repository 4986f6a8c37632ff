import type { ColdStart } from './cold-starts.ts'
import { CONNECTIONS, type Contender } from './contenders.ts'
import { type Installed, installed } from './installed.ts'
import type { Loaded, Sample } from './measure.ts'
import { median, ratio, spread } from './statistics.ts'

/** What a contender came to at a number of connections: medians. */
interface Figures {
  readonly perSecond: number
  /** The same in each repetition. */
  readonly eachPerSecond: ReadonlyMap<number, number>
  /** Half of what lies between the quartiles of `perSecond`, as a share of the median. */
  readonly spread: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** CPU seconds by 1,000 requests. */
  readonly cpu: number
  /** Round trips by 1,000 requests. */
  readonly roundTrips: number
  /** As shares of the constant handler's in the same repetition. */
  readonly toConstant: { readonly perSecond: number; readonly p99: number; readonly cpu: number }
}

/** What a contender came to. */
export interface Row {
  readonly contender: Contender
  readonly at: ReadonlyMap<number, Figures>
  /** Milliseconds. */
  readonly coldStart: number
  /** Mebibytes. */
  readonly idle: number
  readonly loaded: number
  readonly installed: Installed
}

/** Everything that was measured of the contenders. */
export interface Measured {
  readonly samples: readonly Sample[]
  readonly loaded: readonly Loaded[]
  readonly starts: readonly ColdStart[]
}

/** One row a contender. */
export function rowsOf(
  contenders: readonly Contender[],
  { samples, loaded, starts }: Measured,
): readonly Row[] {
  return contenders.map((contender) => {
    const { name, constant, packages = [] } = contender
    const own = starts.filter((start) => start.name === name)
    const at = CONNECTIONS.flatMap((connections) => {
      const figures = figuresOf(
        samples.filter((sample) => sample.name === name && sample.connections === connections),
        samples.filter((sample) => sample.name === constant && sample.connections === connections),
      )
      return figures ? [[connections, figures] as const] : []
    })
    return {
      contender,
      at: new Map(at),
      coldStart: median(own.map(({ duration }) => duration)),
      idle: median(own.map(({ rss }) => rss)),
      loaded: loaded.find((one) => one.name === name)?.rss ?? Number.NaN,
      installed: installed(packages),
    }
  })
}

function figuresOf(samples: readonly Sample[], constants: readonly Sample[]): Figures | undefined {
  if (samples.length === 0) return undefined
  const of = (key: 'perSecond' | 'p50' | 'p99' | 'max' | 'cpu' | 'roundTrips') =>
    median(samples.map((sample) => sample[key]))
  const each = (some: readonly Sample[], key: 'perSecond' | 'p99' | 'cpu') =>
    new Map(some.map((sample) => [sample.repetition, sample[key]]))
  const toConstant = (key: 'perSecond' | 'p99' | 'cpu') => ratio(each(samples, key), each(constants, key))
  return {
    perSecond: of('perSecond'),
    eachPerSecond: each(samples, 'perSecond'),
    spread: spread(samples.map(({ perSecond }) => perSecond)),
    p50: of('p50'),
    p99: of('p99'),
    max: of('max'),
    cpu: of('cpu'),
    roundTrips: of('roundTrips'),
    toConstant: { perSecond: toConstant('perSecond'), p99: toConstant('p99'), cpu: toConstant('cpu') },
  }
}
