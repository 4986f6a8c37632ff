import { type Kind, openMatrix, runCell } from '@watchman/fault-matrix'
import { afterAll, beforeAll, describe, test } from 'vitest'

/** Milliseconds a cell may take on a stalled machine. */
const PATIENCE = 60_000

/** One test a cell of the matrix, and one that compares the table in the docs. */
export function describeKind<Backend extends { stop(): Promise<unknown> }>(kind: Kind<Backend>): void {
  const { name, missing, faults, drivers } = kind
  const rows = Object.entries(faults)
  const matrix = openMatrix(
    name,
    Object.keys(faults),
    drivers.map((driver) => driver.name),
  )
  for (const driver of drivers) {
    const unknown = Object.keys(driver.cells).filter((cell) => !(cell in faults))
    if (unknown.length > 0)
      throw new Error(`[faults] ${driver.name} expects what is no fault of ${name}: ${unknown}`)
  }

  describe.skipIf(missing)(`${name} ${missing ?? ''}`, () => {
    const started: Backend[] = []
    beforeAll(async () => {
      started.push(...(await Promise.all([kind.start(), kind.start()])))
    })
    afterAll(() => Promise.all(started.map((backend) => backend.stop())))

    describe.each(drivers.filter(({ supported = true }) => supported))('$name', (driver) => {
      for (const [row, fault] of rows) {
        const expected = driver.cells[row]
        const obstacle = driver.missing ?? fault.missing
        if (!expected) matrix.record(row, driver.name, [])
        else if (obstacle) test.skip(`${row} (${obstacle})`)
        else {
          test(row, { timeout: PATIENCE }, async () => {
            const [backend, company] = started
            if (!backend || !company) throw new Error('[faults] not started')
            matrix.record(
              row,
              driver.name,
              await runCell({ kind, driver, fault, expected, backend, company }),
            )
          })
        }
      }
    })

    test('reads as the docs say', () => matrix.finish(started[0] && kind.note?.(started[0])))
  })
}
