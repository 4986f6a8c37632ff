import { strict as assert } from 'node:assert'
import { createWatchman } from '@watchman/core'
import { DEADLINE, GRACE, TTL } from './deadline.ts'
import type { Client, Kind } from './fault.ts'
import { measureLag } from './lag.ts'

/** The endpoint of an application with the client that fails and healthy company. */
export interface Endpoint {
  /**
   * Asks it, and holds the answer to what must be true of any; returns what it says of the client that fails: `ok`, or the
   * error, after `degraded: ` where the HTTP status stays 200.
   */
  ask(): Promise<string>
  close(): Promise<void>
}

/** Mounts `faulty` and `healthy` as targets of one check, beside another check. */
export function openEndpoint<Backend extends { stop(): Promise<unknown> }>(
  { check, secrets }: Kind<Backend>,
  backend: Backend,
  faulty: Client,
  healthy: Client,
): Endpoint {
  const log: string[] = []
  const note = (details: object, message: string) => void log.push(`${JSON.stringify(details)} ${message}`)
  const probes = { faulty: faulty.probe, healthy: healthy.probe }
  const checked = check(probes, { timeout: DEADLINE, ttl: TTL })
  const watchman = createWatchman({
    checks: [
      checked,
      function other() {
        return { other: { ok: true } }
      },
    ],
    logger: { info: note, warn: note, error: note },
    stacktraces: true,
  })

  return {
    async ask() {
      const lag = measureLag()
      const began = performance.now()
      const response = await watchman.fetch(new Request('http://localhost/'))
      const text = await response.text()
      const took = performance.now() - began
      const allowed = DEADLINE + GRACE + lag()
      assert.ok(took <= allowed, `answered after ${took} ms, later than ${allowed} ms`)

      const shown = [text, ...log, ...[...response.headers].flat()].join('\n')
      for (const secret of secrets(backend)) {
        assert.ok(!shown.includes(secret), `"${secret}" shows in ${shown}`)
      }

      const { other, [checked.name]: targets } = JSON.parse(text)
      assert.deepEqual(other, { ok: true }, 'the other check is not ok')
      const [{ faulty: told }, { healthy: company }] = targets
      assert.deepEqual(company, { ok: true }, 'the other target is not ok')
      const state = response.headers.get('X-Watchman-Status')
      assert.equal(state === 'ok', told.ok)
      assert.equal(response.status, state === 'failing' ? 500 : 200)
      if (told.ok) return 'ok'
      return state === 'degraded' ? `degraded: ${told.error}` : String(told.error)
    },
    close: () => watchman.close(),
  }
}
