import { strict as assert } from 'node:assert'
import { createWatchman } from '@watchman/core'
import { DEADLINE, GRACE, TTL } from './deadline.ts'
import type { BackendSpec, TestClient } from './fault.ts'
import { measureStolenTime } from './stolen-time.ts'

/** The health endpoint of an application with a faulty client, a healthy client and another check. */
export interface WatchedApp {
  /**
   * Requests the report, and asserts what must be true of every report. Returns what it shows of the faulty client: `ok`, or
   * the error, after `degraded: ` if the HTTP status is 200.
   */
  readMessage(): Promise<string>
  close(): Promise<void>
}

/** Makes a watchman that checks both clients as targets of one check, beside another check. */
export function createWatchedApp<Backend extends { stop(): Promise<unknown> }>(
  { check, secrets }: BackendSpec<Backend>,
  backend: Backend,
  faultyClient: TestClient,
  healthyClient: TestClient,
): WatchedApp {
  const log: string[] = []
  const record = (message: string, fields: object) => void log.push(`${message} ${JSON.stringify(fields)}`)
  const probes = { faulty: faultyClient.probe, healthy: healthyClient.probe }
  const probeCheck = check(probes, { timeout: DEADLINE, ttl: TTL })
  const watchman = createWatchman({
    checks: [
      probeCheck,
      function other() {
        return { other: { ok: true } }
      },
    ],
    logger: { info: record, warn: record, error: record },
    stacktraces: true,
  })

  return {
    async readMessage() {
      const stolenTime = measureStolenTime()
      const began = performance.now()
      const response = await watchman.fetch(new Request('http://localhost/'))
      const text = await response.text()
      const took = performance.now() - began
      const allowed = DEADLINE + GRACE + stolenTime()
      assert.ok(took <= allowed, `answered after ${took} ms, later than ${allowed} ms`)

      const shown = [text, ...log, ...[...response.headers].flat()].join('\n')
      for (const secret of secrets(backend)) {
        assert.ok(!shown.includes(secret), `"${secret}" shows in ${shown}`)
      }

      const { other, [probeCheck.name]: targets } = JSON.parse(text)
      assert.deepEqual(other, { ok: true }, 'the other check is not ok')
      const [{ faulty }, { healthy }] = targets
      assert.deepEqual(healthy, { ok: true }, 'the other target is not ok')
      const state = response.headers.get('X-Watchman-Status')
      assert.equal(state === 'ok', faulty.ok)
      assert.equal(response.status, state === 'failing' ? 500 : 200)
      if (faulty.ok) return 'ok'
      return state === 'degraded' ? `degraded: ${faulty.error}` : String(faulty.error)
    },
    close: () => watchman.close(),
  }
}
