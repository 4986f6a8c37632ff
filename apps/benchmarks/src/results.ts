import { cpus, totalmem } from 'node:os'
import type { Contender } from './contenders.ts'
import { type Findings, goalsOf } from './goals.ts'
import { versionOf } from './installed.ts'
import { number, table } from './markdown.ts'
import type { Pace } from './measure.ts'
import type { Row } from './rows.ts'

/** The page of a run. */
export function resultsOf(findings: Findings, pace: Pace, note: string): string {
  const goals = goalsOf(findings)
  const missed = goals.filter(({ reached }) => !reached)
  return `# How fast it is

<!-- Made by \`pnpm bench\`. -->
${note}
Every app answers for the same two checks: \`SELECT 1\` through a pool of pg, and set, get and delete through ioredis. A constant
handler returns the same JSON and asks nobody: it is what its framework can do. All of them hold the two clients, as the
app around them would. Each runs in a process of its own; those that are not asked are held. ${pace.repetitions} repetitions in turn,
${pace.slice} s each, the medians; ± is half of what lies between the quartiles. Ratios are to the constant handler of
the same framework in the same repetition.

${machine()}

![Requests per second at 32 connections, as a share of the constant handler's](chart.svg)

## Targets

${goals.length - missed.length} of ${goals.length} are reached.${missed.length > 0 ? ' These are not:' : ''}

${missed.length > 0 ? goalTable(missed) : ''}

<details><summary>All targets</summary>

${goalTable(goals)}

</details>

### Why some may not be

- A constant answer of \`node:http\` takes 10 to 16 µs of CPU on the machines this was run on, most of it the system's write to
  the socket. Watchman adds half of one: the path, the method, the reuse of the report, and five more headers. What such
  headers cost, here and in the process that reads them, shows in the row of the constant handler that sends the same, as
  an object, which costs Node more than the list that Watchman hands it. Neither can be ahead of a handler by hand, or of
  lightship, that sends one header.
- With \`ttl: 0\` each target has a deadline that can abort it. The signal which this takes costs 2 to 3 µs on Node 20, which
  makes each ready to be transferred to another thread; a client has to be watched, a connection taken and given back,
  and each request that waits is remembered. At 32 connections all of them wait for each run, so that a run is paid
  for by 32 requests: the single flight by hand, which has no deadline, is as far from 0.82 there as its row says.

## Requests

${[1, 32, 256].map((connections) => requests(findings.rows, connections)).join('\n\n')}

## What it costs

${costs(findings.rows)}

Cold start is from the start of the process to its first 200. Installed is what comes with the library beside the framework and
the clients. Importing core, the Node adapter and two checks takes ${number(findings.importCost, 1)} ms more than an empty module.

## While Redis is paused

${findings.pausedSeconds} s with 256 connections that send at most 4 requests a second each, side by side, each app with a Redis of its own.
Answered is the share of what a deadline of 5 s would have answered. Commands are those that Redis found when it went on.
Each has answered at full speed before, so that it holds what an app in service holds: Watchman that has answered little
before grows by about 15 MiB, which is the young generation of V8 coming to its size.

${paused(findings)}

## Many targets

Microseconds that core takes for an answer, with probes that do nothing.

${table(
  ['targets', 'reused', 'fresh'],
  findings.targets.map(({ count, reused, fresh }) => [number(count), number(reused, 1), number(fresh, 1)]),
)}

## Left out

- With \`ttl: 0\` the adapters other than that for Node are measured at 32 connections only.
- While Redis is paused, Watchman on Node stands for all its adapters.
- lightship is 7.2, @adonisjs/health 2.0: later ones do not run on Node 20.
- express-actuator has a constant \`/health\`; measured is an endpoint of the app below it.
- The load comes from autocannon on the same machine: where it is the slower one, ratios come out nearer to 1 than they are.
  CPU seconds are free of that.

## Versions

${versions(findings.rows.map(({ contender }) => contender))}
`
}

function machine(): string {
  const [first] = cpus()
  const memory = number(totalmem() / 2 ** 30)
  return `Node ${process.versions.node}, ${cpus().length} × ${first?.model.trim()}, ${memory} GiB, ${process.platform}.`
}

function goalTable(goals: ReturnType<typeof goalsOf>): string {
  return table(
    ['target', 'wanted', 'measured', ''],
    goals.map(({ what, wanted, measured, reached }) => [what, wanted, measured, reached ? '✓' : '✗']),
  )
}

/** The table of one number of connections. */
export function requests(rows: readonly Row[], connections: number): string {
  return table(
    [
      `${connections} connections`,
      'requests/s',
      '±',
      'ratio',
      'p50 ms',
      'p99 ms',
      'ratio',
      'max ms',
      'CPU s/1,000',
      'ratio',
    ],
    rows.flatMap(({ contender, at }) => {
      const figures = at.get(connections)
      if (!figures) return []
      const { perSecond, spread, p50, p99, max, cpu, toConstant } = figures
      return [
        [
          contender.name,
          number(perSecond),
          `${number(spread * 100)} %`,
          number(toConstant.perSecond, 2),
          number(p50, 2),
          number(p99, 2),
          number(toConstant.p99, 2),
          number(max, 1),
          number(cpu, 3),
          number(toConstant.cpu, 2),
        ],
      ]
    }),
  )
}

function costs(rows: readonly Row[]): string {
  return table(
    [
      '',
      'round trips/1,000 at 32',
      'cold start ms',
      'RSS idle MiB',
      'after load',
      'packages',
      'installed kB',
    ],
    rows.map(({ contender, at, coldStart, idle, loaded, installed }) => [
      contender.name,
      number(at.get(32)?.roundTrips, 2),
      number(coldStart),
      number(idle, 1),
      number(loaded, 1),
      number(installed.packages.length),
      number(installed.bytes / 1000),
    ]),
  )
}

function paused({ paused: all }: Findings): string {
  return table(
    ['', 'answered', 'worst s', 'commands', 'connections held', 'growth MiB'],
    all.map(({ name, answered, worst, commands, sockets, growth }) => [
      name,
      `${number(answered * 100, 1)} %`,
      number(worst === undefined ? undefined : worst / 1000, 2),
      number(commands),
      number(sockets),
      number(growth, 1),
    ]),
  )
}

function versions(contenders: readonly Contender[]): string {
  const own = contenders.flatMap(({ packages = [] }) => packages)
  const names = [...new Set([...own, ...['express', 'fastify', 'hono', '@hono/node-server', 'koa']])]
  const others = ['@nestjs/core', 'pg', 'ioredis', 'autocannon']
  return [...names.filter((name) => !name.startsWith('@watchman/')), ...others]
    .map((name) => `${name} ${versionOf(name)}`)
    .join(', ')
}
