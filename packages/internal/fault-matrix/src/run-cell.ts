import { strict as assert } from 'node:assert'
import { setTimeout as sleep } from 'node:timers/promises'
import { recordUncaughtErrors, waitUntil } from '@watchman/test-helpers'
import { DEADLINE, GRACE, TTL } from './deadline.ts'
import type {
  BackendSpec,
  DriverSpec,
  Expectation,
  ExpectedMessage,
  Fault,
  Restore,
  TestClient,
} from './fault.ts'
import { countResources } from './open-resources.ts'
import { measureStolenTime } from './stolen-time.ts'
import { createWatchedApp } from './watched-app.ts'

/** Milliseconds after which a probe has certainly sent its request. */
const SEND_TIME = 50

/** Milliseconds between two attempts. */
const INTERVAL = 20

/** One cell of the matrix, and what it is tested with. */
export interface Cell<Backend extends { stop(): Promise<unknown> }> {
  readonly spec: BackendSpec<Backend>
  readonly driver: DriverSpec<Backend>
  readonly fault: Fault<Backend>
  readonly expected: ExpectedMessage | Expectation
  /** The fault is injected into this one. */
  readonly backend: Backend
  /** This one stays healthy. */
  readonly healthyBackend: Backend
  /** Milliseconds in which everything must be released: an operating system takes time to close a socket. @default 10_000 */
  readonly releaseTime?: number
}

/**
 * Injects a fault into the backend of a running application, and removes it. Resolves with the message in the report, and with
 * the message afterwards if the cell expects that it stays.
 *
 * @throws AssertionError if a promise is broken: a response in time with the expected message, no secret in it or in the log,
 * the other targets ok, recovery within one ttl, nothing left behind, nothing that ends the process.
 */
export async function runCell<Backend extends { stop(): Promise<unknown> }>(
  cell: Cell<Backend>,
): Promise<readonly string[]> {
  const { spec, driver, fault, backend, healthyBackend, releaseTime = 10_000 } = cell
  const { message, stickyMessage, recoveryTimeouts } = toExpectation(cell.expected)
  const uncaughtErrors = recordUncaughtErrors()
  const resources = countResources()
  const client = await driver.open(backend, fault.clientOptions?.(backend))
  const healthyClient = await driver.open(healthyBackend)
  const app = createWatchedApp(spec, backend, client, healthyClient)
  const restores: Restore[] = []
  const closers = [client.close, healthyClient.close, app.close]
  const close = () => Promise.all(closers.splice(0).map((each) => each()))

  async function readDuringFault(): Promise<string> {
    const context = { backend, client }
    const restore = await fault.inject(context)
    if (restore) restores.push(restore)
    const reading = app.readMessage()
    const [actual] = await Promise.all([
      reading,
      fault.duringProbe && sleep(SEND_TIME).then(() => fault.duringProbe?.(context)),
    ])
    assertMessage(actual, message)
    return actual
  }

  try {
    await healthyClient.probe(new AbortController().signal) // connects, whatever happens to the other client
    if (fault.warmUp ?? true) {
      await waitUntil(async () => (await app.readMessage()) === 'ok', releaseTime, INTERVAL)
      await sleep(TTL + 1)
    }
    const during = await readDuringFault()
    await assertNone('still held', client.heldResources, releaseTime)
    for (const restore of restores.splice(0)) await restore()
    const after = await (stickyMessage
      ? readSticky(app.readMessage, stickyMessage)
      : recover(app.readMessage, recoveryTimeouts))
    if (stickyMessage) await close() // as an application does that reconnects
    await assertNone('left behind', client.leftovers, releaseTime)
    await close()
    await fault.afterClose?.(backend)
    await assertNone('still open once all was closed', resources, releaseTime)
    assert.deepEqual(uncaughtErrors.take(), [], 'this would have ended the process')
    return after === 'ok' ? [during] : [during, after]
  } finally {
    for (const restore of restores) await restore()
    await Promise.race([close(), sleep(releaseTime, undefined, { ref: false })]) // a client that never closes must not hide the failure
    uncaughtErrors.stop()
  }
}

function toExpectation(expected: ExpectedMessage | Expectation): Expectation {
  return expected === 'ok' || expected instanceof RegExp ? { message: expected } : expected
}

function assertMessage(actual: string, expected: ExpectedMessage): void {
  if (expected === 'ok') assert.equal(actual, 'ok')
  else assert.match(actual, expected)
}

/** The last failure is reused for one ttl. Then the next probe, which may take until its timeout, must be ok; or a later one. */
async function recover(readMessage: () => Promise<string>, timeouts = 1): Promise<'ok'> {
  const limit = timeouts * (TTL + DEADLINE) + GRACE
  const began = performance.now()
  const stolenTime = measureStolenTime()
  const messages = new Set<string>()
  const isOk = async () => messages.add(await readMessage()).has('ok')
  const hasRecovered = await waitUntil(isOk, limit, INTERVAL)
  const took = performance.now() - began
  const allowed = limit + stolenTime()
  assert.ok(
    hasRecovered && took <= allowed,
    `${took} ms after the fault was gone the messages were ${[...messages]}`,
  )
  return 'ok'
}

async function readSticky(readMessage: () => Promise<string>, expected: RegExp): Promise<string> {
  await sleep(TTL + 1)
  const actual = await readMessage()
  assertMessage(actual, expected)
  return actual
}

async function assertNone(
  what: string,
  counts: TestClient['leftovers'] = () => ({}),
  timeLimit: number,
): Promise<void> {
  const isNone = async () => Object.values(await counts()).every((count) => count === 0)
  if (!(await waitUntil(isNone, timeLimit, INTERVAL)))
    assert.fail(`${what}: ${JSON.stringify(await counts())}`)
}
