import { defineProbeCheck } from '@watchman/core'
import { type Client, DEADLINE, type Driver, type Fault, type Kind, runCell } from '@watchman/fault-matrix'
import { describe, expect, test } from 'vitest'

/** A backend that is a switch. */
interface Switch {
  readonly state: { broken: boolean }
  stop(): Promise<void>
}

const password = 'sw1tch-secret'

const make = (): Switch => ({ state: { broken: false }, stop: async () => {} })

const breaks: Fault<Switch> = {
  bring({ backend: { state } }) {
    state.broken = true
    return () => {
      state.broken = false
    }
  },
}

/** A client that fails as it should. */
function open({ state }: Switch): Client {
  return {
    probe() {
      if (state.broken) return Promise.reject(new Error('the switch is off'))
      return Promise.resolve()
    },
    leftovers: () => ({ keys: 0 }),
    close() {},
  }
}

const driver: Driver<Switch> = { name: 'switch', open, cells: {} }

const kind: Kind<Switch> = {
  name: 'Switches',
  start: async () => make(),
  secrets: () => [password],
  check: (probes, policy) => defineProbeCheck('switches', probes, policy),
  faults: { breaks },
  drivers: [driver],
}

/** Runs a cell with a client that differs by `changes` from one that does all as it should. */
function run(
  changes: (backend: Switch, client: Client) => Partial<Client>,
  fault: Partial<Fault<Switch>> = {},
) {
  const opens: Driver<Switch>['open'] = (backend) => {
    const client = open(backend)
    return { ...client, ...changes(backend, client) }
  }
  return runCell({
    kind,
    driver: { ...driver, open: opens },
    fault: { ...breaks, ...fault },
    expected: /^the switch is off$/,
    backend: make(),
    company: make(),
    patience: 200,
  })
}

const broken = ({ state }: Switch, error: unknown): Partial<Client> => ({
  probe: () => (state.broken ? Promise.reject(error) : Promise.resolve()),
})

/** Calls `act` without the listeners of the tests' runner, which would take it for a failure of its own. */
async function unheard<Result>(event: 'unhandledRejection', act: () => Promise<Result>): Promise<Result> {
  const listeners = process.rawListeners(event)
  process.removeAllListeners(event)
  try {
    return await act()
  } finally {
    for (const listener of listeners) process.on(event, (...given) => Reflect.apply(listener, process, given))
  }
}

describe('a cell of the matrix', () => {
  test('passes where all is as it should be, and tells what was read', async () => {
    expect(await run(() => ({}))).toEqual(['the switch is off'])
  })

  test('fails for other words', async () => {
    await expect(run((backend) => broken(backend, new Error('?')))).rejects.toThrow('/^the switch is off$/')
  })

  test('fails when a secret shows, also in the log and in a stack', async () => {
    const cause = new Error(`refused ${password}`)
    const shown = run((backend) => broken(backend, new Error('the switch is off', { cause })))
    await expect(shown).rejects.toThrow(`"${password}" shows`)
    const hidden = Object.assign(new Error('the switch is off'), { stack: `at ${password}` })
    await expect(run((backend) => broken(backend, hidden))).rejects.toThrow(`"${password}" shows`)
  })

  test('fails when the answer is late because of what is computed', async () => {
    const late = run((backend, client) => ({
      probe(signal) {
        const before = process.cpuUsage()
        while (backend.state.broken && process.cpuUsage(before).user < 2000 * DEADLINE);
        return client.probe(signal)
      },
    }))
    await expect(late).rejects.toThrow(/^answered after \d+\.\d+ ms, later than/)
  })

  test('fails when something is left behind, or still held while the fault lasts', async () => {
    await expect(run(() => ({ held: () => ({ sockets: 1 }) }))).rejects.toThrow('still held: {"sockets":1}')
    await expect(run(() => ({ leftovers: () => ({ keys: 1 }) }))).rejects.toThrow('left behind: {"keys":1}')
    await expect(run(() => ({ leftovers: () => ({ keys: -1 }) }))).rejects.toThrow('left behind: {"keys":-1}')
  })

  test('fails when it does not recover', async () => {
    const stays = run(() => ({}), {
      bring: ({ backend: { state } }) => {
        state.broken = true
        return () => {}
      },
    })
    await expect(stays).rejects.toThrow('after the fault was gone it had said the switch is off')
  })

  test('fails when another target fails with it', async () => {
    const shared = { broken: false }
    const spread = run(() => broken({ ...make(), state: shared }, new Error('the switch is off')), {
      bring() {
        shared.broken = true
        return () => {}
      },
    })
    await expect(spread).rejects.toThrow('the other target is not ok')
  })

  test('fails when a rejection is left unhandled', async () => {
    const outcome = unheard('unhandledRejection', () =>
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
