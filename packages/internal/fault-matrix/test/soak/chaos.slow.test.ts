import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRecord } from '@watchman/core/driver'
import { measureLateness, waitUntil } from '@watchman/test-helpers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChaosBackend, startBackends } from './chaos-backends.ts'
import { GRACE, LATENESS_HEADER, TIMEOUT, TTL, type Usage } from './chaos-protocol.ts'
import { createRandom } from './random.ts'
import { createVerdictJudge, type VerdictJudge } from './verdict-judge.ts'

/** How long the faults last in all. */
const SECONDS = Number(process.env.CHAOS_SECONDS ?? 180)

/** The same seed draws the same faults, in the same order and for the same time. */
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31)

const ROUNDS = 3

/** The number of clients that send requests all along, each over a connection of its own. */
const REQUESTERS = 4

/** Milliseconds between two requests of one of them. */
const PAUSE = 50

/** Milliseconds in which a target is ok again. */
const RECOVERY = 3 * TIMEOUT + TTL

/** Milliseconds in which everything must be given back after a round, on a busy machine. */
const RELEASE_TIME = 60_000

/** Milliseconds after which a response is not awaited any more. */
const GIVE_UP = 60_000

/** A backend, with the judges of its targets. */
interface Judged {
  readonly backend: ChaosBackend
  readonly judges: readonly (readonly [target: string, judge: VerdictJudge])[]
}

describe(`an application in which everything breaks, CHAOS_SEED=${SEED}`, () => {
  const closers: (() => unknown)[] = []
  const problems: string[] = []
  const history: { readonly name: string; readonly event: string }[] = []
  const parts: { app?: ChildProcess; port?: number; judged: readonly Judged[] } = { judged: [] }
  const lateness = measureLateness()
  const began = performance.now()
  let appLateness = 0

  beforeAll(async () => {
    const backends = await startBackends()
    for (const { stop } of backends) closers.push(stop)
    const urls = Object.fromEntries(backends.map(({ name, url }) => [name, url]))
    const app = fork(join(import.meta.dirname, 'chaos-app.ts'), [JSON.stringify(urls)], {
      execArgv: ['--expose-gc', '--import', import.meta.resolve('tsx'), '--conditions=@watchman/source'],
    })
    closers.push(() => app.kill('SIGKILL'))
    const [{ port }] = await once(app, 'message')
    const late = () => lateness.total() + appLateness
    const judged = backends.map((backend) => ({
      backend,
      judges: backend.targets.map(
        (target) => [target, createVerdictJudge({ timeout: TIMEOUT, ttl: TTL, grace: GRACE }, late)] as const,
      ),
    }))
    Object.assign(parts, { app, port, judged })
  })
  afterAll(async () => {
    lateness.stop()
    await Promise.all(closers.map((close) => close()))
  })

  function record(problem: string): void {
    problems.push(`${Math.round(performance.now() - began)} ms: ${problem}`)
  }

  /** Requests the report and judges what it says of each target. */
  async function request(agent: Agent): Promise<void> {
    const requested = performance.now()
    const { headers, body } = await getReport(agent, parts.port)
    const ended = performance.now()
    appLateness = Math.max(appLateness, Number(headers[LATENESS_HEADER]))
    const results = resultsOf(body)
    for (const { judges } of parts.judged) {
      for (const [target, judge] of judges) {
        const result = results.get(target)
        const text = JSON.stringify(result)
        const isOk = isRecord(result) && result.ok === true
        const wrong = result ? judge.judge({ isOk, began: requested, ended, text }) : `not in ${body}`
        if (wrong) record(`${target} is ${wrong}`)
      }
    }
  }

  async function requestUntil(end: () => boolean): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!end()) {
      await request(agent).catch((error) => record(`no answer: ${error}`))
      await sleep(PAUSE)
    }
    agent.destroy()
  }

  /** Injects one fault after another until `end`, and leaves the backend enough time to recover in between. */
  async function disturb({ backend, judges }: Judged, seed: number, end: number): Promise<void> {
    const random = createRandom(seed)
    const change: VerdictJudge['change'] = (condition, reason) => {
      const event = `${Math.round(performance.now() - began)} ms: ${backend.name} ${reason} (${condition})`
      history.push({ name: backend.name, event })
      for (const [, judge] of judges) judge.change(condition, reason)
    }
    await sleep(random.between(0, RECOVERY))
    while (performance.now() < end) {
      const { name, condition, inject, end: remove } = random.pick(backend.faults)
      change('unclear', `is about to: ${name}`)
      await inject()
      change(condition, name)
      await sleep(random.between(TIMEOUT / 2, 2 * RECOVERY))
      if (condition !== 'working') change('unclear', `is restored: ${name}`)
      await remove()
      change('working', `after: ${name}`)
      await sleep(random.between(RECOVERY / 2, 3 * RECOVERY))
    }
  }

  /** Runs all faults and requests for a while. */
  async function runRound(round: number, duration: number): Promise<void> {
    const end = performance.now() + duration
    let isOver = false
    const requests = Array.from({ length: REQUESTERS }, () => requestUntil(() => isOver))
    const seedOf = (index: number) => SEED + 1000 * round + index
    await Promise.all(parts.judged.map((one, index) => disturb(one, seedOf(index), end)))
    await sleep(RECOVERY + GRACE + lateness.total() / 10)
    isOver = true
    await Promise.all(requests)
  }

  async function measure(): Promise<Usage> {
    const response = once(parts.app ?? process, 'message')
    parts.app?.send('measure')
    const [usage] = await response
    for (const fault of usage.faults) record(fault)
    return usage
  }

  /** How to repeat the run, and what was done to the backends that have a problem. */
  function explain(): string {
    const concerned = parts.judged.filter(({ backend: { targets } }) =>
      problems.some((problem) => targets.some((target) => problem.includes(target))),
    )
    const names = concerned.map(({ backend: { name } }) => name)
    const events = history.filter(({ name }) => names.some((one) => one === name)).map(({ event }) => event)
    return [`CHAOS_SEED=${SEED} CHAOS_SECONDS=${SECONDS}`, ...events].join('\n')
  }

  /** What is open, held and left, by name. */
  async function resources(): Promise<Readonly<Record<string, number>>> {
    const { sockets, held } = await measure()
    const own = await Promise.all(
      parts.judged.map(async ({ backend: { name, connections, leftovers } }) => [
        [`connections to ${name}`, connections()] as const,
        [`keys, objects and files of ${name}`, await leftovers()] as const,
      ]),
    )
    return { sockets, ...held, ...Object.fromEntries(own.flat()) }
  }

  /** What is more than at the start, once everything had time to be given back. */
  async function surplus(start: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>> {
    const list = async () =>
      Object.fromEntries(
        Object.entries(await resources())
          .filter(([name, count]) => count > (start[name] ?? 0))
          .map(([name, count]) => [name, `${count} instead of ${start[name] ?? 0}`]),
      )
    await waitUntil(async () => Object.keys(await list()).length === 0, RELEASE_TIME, 500)
    return list()
  }

  test('answers in time, never says what is not so, and gives everything back', {
    timeout: SECONDS * 1000 + 600_000,
  }, async () => {
    console.log(`CHAOS_SEED=${SEED} CHAOS_SECONDS=${SECONDS}`)
    await waitUntil(() => allOk(parts.port), RELEASE_TIME, 500)
    await sleep(RECOVERY) // idle connections are closed
    const start = await resources()
    const heaps: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      await runRound(round, (SECONDS * 1000) / ROUNDS)
      expect(problems, explain()).toEqual([])
      expect(await surplus(start)).toEqual({})
      heaps.push((await measure()).heap)
    }
    const [first = 0, ...later] = heaps
    expect(Math.max(...later), `the heap after each round: ${heaps}`).toBeLessThan(first * 1.1)
    const counts = parts.judged.flatMap(({ judges }) =>
      judges.map(([target, judge]) => ({ target, ...judge.counts })),
    )
    console.table(counts)
    // A shorter run may not break each of them.
    if (SECONDS >= 180) expect(counts.filter(({ ok, failing }) => ok === 0 || failing === 0)).toEqual([])
  })
})

/** Whether every target is ok. */
async function allOk(port: number | undefined): Promise<boolean> {
  const { status } = await getReport(undefined, port)
  return status === 200
}

interface Response {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

function getReport(agent: Agent | undefined, port: number | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = get({ host: '127.0.0.1', port, agent, timeout: GIVE_UP }, (response) => {
      const { statusCode: status, headers } = response
      const chunks: string[] = []
      response.setEncoding('utf8').on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ status, headers, body: chunks.join('') })).on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`none within ${GIVE_UP} ms`))).on('error', reject)
  })
}

/** The results of a report by the name of their target: `databases.pg`. */
function resultsOf(body: string): ReadonlyMap<string, unknown> {
  const report: unknown = JSON.parse(body)
  const results = new Map<string, unknown>()
  for (const [check, targets] of isRecord(report) ? Object.entries(report) : []) {
    for (const target of Array.isArray(targets) ? targets : [targets]) {
      for (const [name, result] of isRecord(target) ? Object.entries(target) : []) {
        results.set(`${check}.${name}`, result)
      }
    }
  }
  return results
}
