import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEADLINE, GRACE, TTL } from './deadline.ts'
import { openEndpoint } from './endpoint.ts'
import type { Client, Driver, Expectation, Fault, Kind, Mend, Words } from './fault.ts'
import { noteIncidents } from './incidents.ts'
import { measureLag } from './lag.ts'
import { countResources } from './open-resources.ts'

/** Milliseconds after which a probe is certainly under way. */
const UNDER_WAY = 50

/** One cell of the matrix and where it happens. */
export interface Cell<Backend extends { stop(): Promise<unknown> }> {
  readonly kind: Kind<Backend>
  readonly driver: Driver<Backend>
  readonly fault: Fault<Backend>
  readonly expected: Words | Expectation
  /** What is made to fail. */
  readonly backend: Backend
  /** What stays well. */
  readonly company: Backend
  /** Milliseconds until what was held has to be given back: a system takes its time to close a socket. @default 10_000 */
  readonly patience?: number
}

/**
 * Brings a fault about under a running endpoint and takes it away again; resolves with what an operator reads meanwhile,
 * and, where it lasts, with what is read from then on.
 *
 * @throws AssertionError when one of the promises does not hold: an answer in time, its words, no secret in it or in the
 * log, the others well, recovery within one ttl, nothing left behind, nothing that ends the process.
 */
export async function runCell<Backend extends { stop(): Promise<unknown> }>(
  cell: Cell<Backend>,
): Promise<readonly string[]> {
  const { kind, driver, fault, backend, company, patience = 10_000 } = cell
  const { reads, lasting } = toExpectation(cell.expected)
  const incidents = noteIncidents()
  const resources = countResources()
  const client = await driver.open(backend, fault.setup?.(backend))
  const healthy = await driver.open(company)
  const endpoint = openEndpoint(kind, backend, client, healthy)
  const mends: Mend[] = []
  const closers = [client.close, healthy.close, endpoint.close]
  const close = () => Promise.all(closers.splice(0).map((each) => each()))

  async function readDuringFault(): Promise<string> {
    const stage = { backend, client }
    const mend = await fault.bring(stage)
    if (mend) mends.push(mend)
    const answer = endpoint.ask()
    const [read] = await Promise.all([
      answer,
      fault.meanwhile && sleep(UNDER_WAY).then(() => fault.meanwhile?.(stage)),
    ])
    assertRead(read, reads)
    return read
  }

  try {
    await healthy.probe(new AbortController().signal) // has connected, whatever happens to the other
    if (fault.used ?? true) {
      await until(async () => (await endpoint.ask()) === 'ok', patience)
      await sleep(TTL + 1)
    }
    const read = await readDuringFault()
    await assertNone('still held', client.held, patience)
    for (const mend of mends.splice(0)) await mend()
    const after = lasting ? await readForGood(endpoint.ask, lasting) : await recover(endpoint.ask)
    if (lasting) await close() // which an application has to do that connects anew
    await assertNone('left behind', client.leftovers, patience)
    await close()
    await assertNone('still open once all was closed', resources, patience)
    assert.deepEqual(incidents(), [], 'this would have ended the process')
    return after === 'ok' ? [read] : [read, after]
  } finally {
    for (const mend of mends) await mend()
    await Promise.race([close(), sleep(patience, undefined, { ref: false })]) // a client that waits for what was lost must not hide the failure
    incidents()
  }
}

function toExpectation(expected: Words | Expectation): Expectation {
  return expected === 'ok' || expected instanceof RegExp ? { reads: expected } : expected
}

function assertRead(read: string, words: Words): void {
  if (words === 'ok') assert.equal(read, 'ok')
  else assert.match(read, words)
}

/** The last failure is reused for one ttl; the next probe has to be ok, and has its deadline for that. */
async function recover(ask: () => Promise<string>): Promise<'ok'> {
  const began = performance.now()
  const lag = measureLag()
  const seen = new Set<string>()
  const isWell = async () => seen.add(await ask()).has('ok')
  const recovered = await until(isWell, TTL + DEADLINE + GRACE)
  const took = performance.now() - began
  const allowed = TTL + DEADLINE + GRACE + lag()
  assert.ok(recovered && took <= allowed, `${took} ms after the fault was gone it had said ${[...seen]}`)
  return 'ok'
}

async function readForGood(ask: () => Promise<string>, lasting: RegExp): Promise<string> {
  await sleep(TTL + 1)
  const read = await ask()
  assertRead(read, lasting)
  return read
}

async function assertNone(
  what: string,
  counts: Client['leftovers'] = () => ({}),
  patience: number,
): Promise<void> {
  const isClear = async () => Object.values(await counts()).every((count) => count === 0)
  if (!(await until(isClear, patience))) assert.fail(`${what}: ${JSON.stringify(await counts())}`)
}

async function until(condition: () => Promise<boolean>, patience: number): Promise<boolean> {
  const deadline = performance.now() + patience
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}
