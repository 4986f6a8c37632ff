import { defineProbeCheck } from '@watchman/core'
import {
  type BackendSpec,
  DEADLINE,
  type DriverSpec,
  type Fault,
  runCell,
  type TestClient,
} from '@watchman/fault-matrix'
import { describe, expect, test } from 'vitest'

/** A backend that is a flag. */
interface Switch {
  readonly state: { broken: boolean }
  stop(): Promise<void>
}

const password = 'sw1tch-secret'

const createSwitch = (): Switch => ({ state: { broken: false }, stop: async () => {} })

const breakSwitch: Fault<Switch> = {
  inject({ backend: { state } }) {
    state.broken = true
    return () => {
      state.broken = false
    }
  },
}

/** A client without a fault. */
function open({ state }: Switch): TestClient {
  return {
    probe() {
      if (state.broken) return Promise.reject(new Error('the switch is off'))
      return Promise.resolve()
    },
    leftovers: () => ({ keys: 0 }),
    close() {},
  }
}

const driver: DriverSpec<Switch> = { name: 'switch', open, cells: {} }

const spec: BackendSpec<Switch> = {
  name: 'Switches',
  start: async () => createSwitch(),
  secrets: () => [password],
  check: (probes, policy) => defineProbeCheck('switches', probes, policy),
  faults: { breakSwitch },
  drivers: [driver],
}

/** Runs a cell with a client that is changed by `changes`. */
function run(
  changes: (backend: Switch, client: TestClient) => Partial<TestClient>,
  fault: Partial<Fault<Switch>> = {},
) {
  const openChanged: DriverSpec<Switch>['open'] = (backend) => {
    const client = open(backend)
    return { ...client, ...changes(backend, client) }
  }
  return runCell({
    spec,
    driver: { ...driver, open: openChanged },
    fault: { ...breakSwitch, ...fault },
    expected: /^the switch is off$/,
    backend: createSwitch(),
    healthyBackend: createSwitch(),
    releaseTime: 200,
  })
}

const rejecting = ({ state }: Switch, error: unknown): Partial<TestClient> => ({
  probe: () => (state.broken ? Promise.reject(error) : Promise.resolve()),
})

/** Calls `act` without the listeners of the test runner, which would fail the test for an unhandled rejection. */
async function withoutListeners<Result>(act: () => Promise<Result>): Promise<Result> {
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  try {
    return await act()
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
}

const totalOf = ({ user, system }: NodeJS.CpuUsage) => user + system

describe('runCell', () => {
  test('passes if every promise holds, and returns the messages', async () => {
    expect(await run(() => ({}))).toEqual(['the switch is off'])
  })

  test('fails for another message', async () => {
    await expect(run((backend) => rejecting(backend, new Error('?')))).rejects.toThrow(
      '/^the switch is off$/',
    )
  })

  test('fails if a secret is shown, also in the log and in a stack trace', async () => {
    const cause = new Error(`refused ${password}`)
    const shown = run((backend) => rejecting(backend, new Error('the switch is off', { cause })))
    await expect(shown).rejects.toThrow(`"${password}" shows`)
    const hidden = Object.assign(new Error('the switch is off'), { stack: `at ${password}` })
    await expect(run((backend) => rejecting(backend, hidden))).rejects.toThrow(`"${password}" shows`)
  })

  test('fails if the response is late because of a computation', { timeout: 60_000 }, async () => {
    const late = run((backend, client) => ({
      probe(signal) {
        const before = process.cpuUsage()
        while (backend.state.broken && totalOf(process.cpuUsage(before)) < 2000 * DEADLINE);
        return client.probe(signal)
      },
    }))
    await expect(late).rejects.toThrow(/^answered after \d+\.\d+ ms, later than/)
  })

  test('fails if something is left behind, or held while the fault lasts', async () => {
    await expect(run(() => ({ heldResources: () => ({ sockets: 1 }) }))).rejects.toThrow(
      'still held: {"sockets":1}',
    )
    await expect(run(() => ({ leftovers: () => ({ keys: 1 }) }))).rejects.toThrow('left behind: {"keys":1}')
    await expect(run(() => ({ leftovers: () => ({ keys: -1 }) }))).rejects.toThrow('left behind: {"keys":-1}')
  })

  test('fails if the probe does not recover', async () => {
    const stays = run(() => ({}), {
      inject: ({ backend: { state } }) => {
        state.broken = true
        return () => {}
      },
    })
    await expect(stays).rejects.toThrow('after the fault was gone the messages were the switch is off')
  })

  test('fails if another target fails too', async () => {
    const shared = { broken: false }
    const spread = run(
      () => rejecting({ ...createSwitch(), state: shared }, new Error('the switch is off')),
      {
        inject() {
          shared.broken = true
          return () => {}
        },
      },
    )
    await expect(spread).rejects.toThrow('the other target is not ok')
  })

  test('fails if a rejection is left unhandled', async () => {
    const outcome = withoutListeners(() =>
      run((backend, client) => ({
        probe(signal) {
          if (backend.state.broken) void Promise.reject(new Error('lost'))
          return client.probe(signal)
        },
      })),
    )
    await expect(outcome).rejects.toThrow('this would have ended the process')
  })
})
