import { settlesLater } from '@watchman/core/driver'
import { probeCases } from '@watchman/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { failingCases, separateCases } from './failing-cases.ts'
import { fakeBackend, subjectOf } from './fake-backend.ts'
import { type Driver, patient } from './probe-drivers.ts'
import { abortFaults, cleanups, leftoverFaults, processFaults, resultFaults } from './probe-faults.ts'

const faults = [resultFaults, abortFaults, leftoverFaults, processFaults].flat()

/** The cases for a driver, each with its own backend. */
function casesOf(driver: Driver) {
  return separateCases(() => {
    const subject = subjectOf(fakeBackend(), driver)
    return probeCases({ ...subject, patience: 300 })
  })
}

afterEach(() => {
  for (const end of cleanups) end()
  cleanups.clear()
})

describe('the cases find a probe that', () => {
  for (const { fault, driver, found } of faults) {
    test(fault, { timeout: 60_000 }, async () => {
      const cases = casesOf(driver)
      const expected = cases.map(({ name }) => name).filter((name) => found.includes(name))
      expect(await failingCases(cases)).toEqual(expected)
    })
  }
})

test('each case finds a fault', () => {
  const found = faults.flatMap((fault) => fault.found)
  const names = casesOf(() => () => {}).map(({ name }) => name)
  expect(names.filter((name) => !found.includes(name))).toEqual([])
})

test('the cases find a probe that settles only when the backend continues', async () => {
  const cases = probeCases({ ...subjectOf(fakeBackend(), patient), patience: 300 })
  const settles = cases.find(
    ({ name }) => name === 'the probe settles soon after its signal aborts while the backend hangs',
  )
  await expect(settles?.run()).rejects.toThrow('the probe did not settle after its signal aborted')
})

test('the cases find a probe whose cleanup never ends', async () => {
  const { up, down, hung, leftovers } = subjectOf(fakeBackend(), ({ ask }) => async (signal) => {
    await ask(signal).catch((error: Error) => {
      throw settlesLater(error, new Promise(() => {}))
    })
  })
  const cases = probeCases({ up, down, hung, leftovers, patience: 300 })
  const usable = cases.find(({ name }) => name.endsWith('usable after many aborted runs'))
  await expect(usable?.run()).rejects.toThrow('the cleanup of the run did not end')
})
