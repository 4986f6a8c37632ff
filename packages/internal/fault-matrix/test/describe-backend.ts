import { type BackendSpec, openMatrix, runCell } from '@watchman/fault-matrix'
import { afterAll, beforeAll, describe, test } from 'vitest'

/** Milliseconds that a cell may take on a busy machine. */
const TIME_LIMIT = 60_000

/** One test for each cell of the matrix, and one that compares the table in the docs. */
export function describeBackend<Backend extends { stop(): Promise<unknown> }>(
  spec: BackendSpec<Backend>,
): void {
  const { name, skipReason, faults, drivers } = spec
  const rows = Object.entries(faults)
  const matrix = openMatrix(
    name,
    Object.keys(faults),
    drivers.map((driver) => driver.name),
  )
  for (const driver of drivers) {
    const unknown = Object.keys(driver.cells).filter((cell) => !(cell in faults))
    if (unknown.length > 0)
      throw new Error(
        `[fault-matrix] ${driver.name} has cells for faults that ${name} does not have: ${unknown}`,
      )
  }

  describe.skipIf(skipReason)(`${name} ${skipReason ?? ''}`, () => {
    const started: Backend[] = []
    beforeAll(async () => {
      started.push(...(await Promise.all([spec.start(), spec.start()])))
    })
    afterAll(() => Promise.all(started.map((backend) => backend.stop())))

    describe.each(drivers.filter(({ supported = true }) => supported))('$name', (driver) => {
      for (const [row, fault] of rows) {
        const expected = driver.cells[row]
        const obstacle = driver.skipReason ?? fault.skipReason
        if (!expected) matrix.record(row, driver.name, [])
        else if (obstacle) test.skip(`${row} (${obstacle})`)
        else {
          test(row, { timeout: TIME_LIMIT }, async () => {
            const [backend, healthyBackend] = started
            if (!backend || !healthyBackend) throw new Error('[fault-matrix] not started')
            const messages = await runCell({ spec, driver, fault, expected, backend, healthyBackend })
            matrix.record(row, driver.name, messages)
          })
        }
      }
    })

    test('the messages are those in the docs', () =>
      matrix.compareWithDocs(started[0] && spec.note?.(started[0])))
  })
}
