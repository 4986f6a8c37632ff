import { describe, expect, test } from 'vitest'
import { type Driver, kinds, parseDrivers, readDrivers } from '../src/drivers.ts'
import { missingForDriver } from '../src/missing-for-driver.ts'

/** A driver of which nothing exists but its entry. */
const entry = {
  backend: 'Nothing',
  client: 'nothing-client',
  versions: '>=1.2.3 <5',
  accepts: 'a client of {client}',
  run: 'nothing',
  timeout: 'nothing',
}

function parse(changes: object): readonly Driver[] {
  return parseDrivers('db', { nothing: { ...entry, ...changes } }, 'drivers.json')
}

describe('the table of drivers', () => {
  test.each(readDrivers().map((driver) => [driver.id, driver] as const))('%s is complete', (_, driver) => {
    expect(missingForDriver(driver)).toEqual([])
  })

  test('has drivers for each kind of check', () => {
    for (const kind of Object.keys(kinds)) {
      expect(readDrivers().filter((driver) => driver.kind === kind)).not.toEqual([])
    }
  })

  test('says what a driver lacks beside its entry', () => {
    const lacking = parse({ create: { import: 'x', variable: 'x', code: 'x()', close: 'x.end()' } })
    expect(lacking.flatMap(missingForDriver)).toEqual([
      'write packages/checks/db/src/nothing.ts, which exports the function nothingProbe',
      'write packages/checks/db/test/nothing.test.ts',
      'run the cases of probeCases for nothingProbe in packages/checks/db/test/conformance.test.ts',
      'install nothing-client 4 in packages/checks/db, the newest that ">=1.2.3 <5" allows',
      'install nothing-client-oldest in packages/checks/db: "npm:nothing-client@1.2.3" in pnpm-workspace.yaml',
      'test nothing-client-oldest in packages/checks/db/test',
      'write apps/docs/checks/nothing.md with the block "generated: driver db/nothing"',
      'name it in the row of @watchman/db in README.md',
      'add "matrix" to its entry: its section of the fault matrix',
      'install nothing-client in packages/tools/cli',
    ])
    const [first] = parse({ matrix: 'PostgreSQL' }).flatMap(missingForDriver).slice(-1)
    expect(first).toBe(
      'add its column to the section PostgreSQL of the fault matrix, in packages/internal/fault-matrix',
    )
    expect(parse({ versions: '^1.0.0' }).flatMap(missingForDriver)).toContain(
      'write its versions as ">=1.2.3 <5", not "^1.0.0"',
    )
  })

  test('names a driver after its subpath, and after its client where several ask the same backend', () => {
    const [own, other] = parseDrivers('db', { a: entry, b: { ...entry, client: 'b-client' } }, 'drivers.json')
    expect(own).toMatchObject({ id: 'db/a', module: '@watchman/db/a', factory: 'aProbe', page: 'a' })
    expect([own?.title, other?.title]).toEqual(['Nothing with nothing-client', 'Nothing with b-client'])
    const [root] = parse({ entry: '.' })
    expect(root).toMatchObject({ module: '@watchman/db', title: 'Nothing' })
  })

  test.each<[string, object]>([
    ['drivers.json, nothing must have the field backend', { backend: undefined }],
    ['drivers.json, nothing.run must be a non-empty string', { run: '' }],
    [
      'drivers.json, nothing has the unknown field clinet: its fields are backend, accepts, run',
      { clinet: 'x' },
    ],
    ['drivers.json, nothing must have both client and versions, or neither', { versions: undefined }],
    ['drivers.json, nothing: accepts must contain {client}', { accepts: 'a client' }],
    ['drivers.json, nothing: environment must have the field variable', { environment: {} }],
    [
      'drivers.json, nothing: environment.schemes must be an array of strings',
      { environment: { variable: 'X_URL', schemes: 'x' } },
    ],
    ['drivers.json, nothing: create must have the field import', { create: {} }],
    [
      'drivers.json, nothing has create, so it must have client and versions',
      {
        client: undefined,
        versions: undefined,
        create: { import: 'x', variable: 'x', code: 'x()', close: 'x.end()' },
      },
    ],
  ])('refuses an entry that cannot work: %s', (message, changes) => {
    const table = JSON.parse(JSON.stringify({ nothing: { ...entry, ...changes } }))
    expect(() => parseDrivers('db', table, 'drivers.json')).toThrow(message)
  })
})
