import {
  type Check,
  defineCheck,
  defineProbeCheck,
  type Policy,
  type Probe,
  type Watchman,
} from '@watchman/core'
import { degraded } from '@watchman/core/driver'

/** Checks, and the verdict that their page shows. */
export interface Scenario {
  readonly name: string
  readonly checks: readonly Check[]
  readonly verdict: string
  /** Changes the watchman before the page is opened. */
  readonly prepare?: (watchman: Watchman) => unknown
}

/** Resolves after `delay` milliseconds. */
export const up =
  (delay = 0): Probe =>
  () =>
    new Promise((resolve) => setTimeout(resolve, delay))

/** Rejects with `message`. */
export const down =
  (message: string): Probe =>
  async () => {
    throw new Error(message)
  }

/** Is degraded with `message`. */
export const impaired =
  (message: string): Probe =>
  async () => {
    throw degraded(message)
  }

const fresh: Policy = { ttl: 0 }
const refused = down('connect ECONNREFUSED 10.0.3.17:5432')
const busy = impaired('pool has no free connection (10 of 10 in use)')
const stuck = () => new Promise<never>(() => {})

/** Checks of an application, some of which may be broken. */
export function application(broken: Readonly<Record<string, Probe>> = {}): readonly Check[] {
  const probe = (name: string, delay: number) => broken[name] ?? up(delay)
  const databases = { orders: probe('orders', 3), analytics: probe('analytics', 38) }
  return [
    defineProbeCheck('databases', databases, { ...fresh, timeout: 300 }),
    defineProbeCheck('caches', { default: probe('cache', 1), sessions: probe('sessions', 1) }, fresh),
    defineProbeCheck('email', probe('email', 61), fresh),
    defineProbeCheck('storage', { uploads: probe('uploads', 12), backups: probe('backups', 90) }, fresh),
    defineCheck(
      'queue',
      () => ({ queue: { ok: true, waiting: 12, oldest: '4 s', workers: ['a1', 'b7'] } }),
      fresh,
    ),
  ]
}

/** `count` targets in three checks; one in fifty fails. */
export function many(count: number): readonly Check[] {
  const regions = ['europe', 'america', 'asia']
  return regions.map((region, place) => {
    const numbers = Array.from({ length: count }, (_, index) => index).filter((index) => index % 3 === place)
    const probes = numbers.map((index) => {
      const name = `shard-${`${index}`.padStart(3, '0')}`
      return [name, index % 50 === 7 ? refused : up(index % 23)] as const
    })
    return defineProbeCheck(region, Object.fromEntries(probes), fresh)
  })
}

const nasty = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>'

/** Names, errors and values that try to break the page. */
const hostile: readonly Check[] = [
  defineProbeCheck(nasty, { [nasty]: down(nasty), '\u202Eelttiltxet': up(), __proto__x: up() }, fresh),
  defineProbeCheck('__proto__', { constructor: up(), ['__proto__']: down('of the prototype') }, fresh),
  defineProbeCheck('x'.repeat(2000), down('y'.repeat(100_000)), fresh),
  defineProbeCheck('\uD800 \u0000 & "\'`', down(`\u202E\u0007 </style> ${nasty} -->`), fresh),
  defineCheck(
    'values',
    () => ({
      values: {
        [nasty]: [nasty],
        deep: { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } },
        list: Array.from({ length: 200 }, (_, index) => ({ index })),
        ['__proto__']: { polluted: true },
        empty: [[], {}, '', null, false],
        مرحبا: 'שלום',
      },
    }),
    fresh,
  ),
]

export const scenarios: readonly Scenario[] = [
  { name: 'all green', verdict: 'All systems go', checks: application() },
  { name: 'one failing', verdict: '1 failing', checks: application({ orders: refused }) },
  {
    name: 'several failing',
    verdict: '2 failing',
    checks: application({
      analytics: stuck,
      email: down('454 4.7.0 Temporary authentication failure'),
      cache: busy,
    }),
  },
  {
    name: 'all failing',
    verdict: '7 failing',
    checks: [
      defineProbeCheck('databases', { orders: refused, analytics: stuck }, { ...fresh, timeout: 200 }),
      defineProbeCheck('caches', { default: refused, sessions: refused }, fresh),
      defineProbeCheck('email', refused, fresh),
      defineProbeCheck('storage', { uploads: refused, backups: refused }, fresh),
    ],
  },
  { name: 'degraded', verdict: '1 degraded', checks: application({ cache: busy }) },
  {
    name: 'held',
    verdict: 'All systems go',
    checks: application(),
    prepare: (watchman) => watchman.holdReadiness('draining'),
  },
  {
    name: 'held and failing',
    verdict: '1 failing',
    checks: application({ orders: refused }),
    prepare: (watchman) => watchman.holdReadiness('maintenance until 14:00'),
  },
  { name: 'closed', verdict: 'Closed', checks: application(), prepare: (watchman) => watchman.close() },
  { name: 'no checks', verdict: 'No checks found', checks: [] },
  { name: '200 targets', verdict: '4 failing', checks: many(200) },
  { name: 'hostile', verdict: '4 failing', checks: hostile },
]

/** The scenario of that name. */
export function scenario(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name)
  if (!found) throw new Error(`there is no scenario "${name}"`)
  return found
}
