import { AssertionError } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { probeCases } from '@watchman/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { strayErrors } from '../src/stray-errors.ts'
import { fakeBackend, subjectOf } from './fake-backend.ts'
import { type Driver, patient } from './probe-drivers.ts'
import { abortFaults, answerFaults, leftoverFaults, litter, processFaults } from './probe-faults.ts'

const faults = [answerFaults, abortFaults, leftoverFaults, processFaults].flat()

/** The cases for a driver, each with a backend of its own. */
function casesOf(driver: Driver) {
  const cases = () => {
    const subject = subjectOf(fakeBackend(), driver)
    return probeCases({ ...subject, resume: undefined, patience: 300 })
  }
  return cases().map(({ name }, index) => ({ name, run: async () => cases()[index]?.run() }))
}

/** The names of the cases that fail. What a fault throws where nobody can catch it is no failure of these tests. */
async function failing(driver: Driver): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of casesOf(driver)) {
    await strayErrors(async () => {
      await run().catch((error: unknown) => {
        expect(error).toBeInstanceOf(AssertionError)
        failed.push(name)
      })
      await setTimeout(5)
    })
  }
  return failed
}

afterEach(() => {
  for (const end of litter) end()
  litter.clear()
})

describe('a probe that', () => {
  for (const { fault, driver, found } of faults) {
    test(`${fault} is found out`, { timeout: 60_000 }, async () => {
      const names = casesOf(driver).map(({ name }) => name)
      expect(await failing(driver)).toEqual(names.filter((name) => found.some((end) => name.endsWith(end))))
    })
  }
})

test('each case finds a fault', () => {
  const found = faults.flatMap((fault) => fault.found)
  const names = casesOf(() => () => {}).map(({ name }) => name)
  expect(names.filter((name) => !found.some((end) => name.endsWith(end)))).toEqual([])
})

test('a probe that does not end though the backend went on is found out', async () => {
  const subject = subjectOf(fakeBackend(), (backend) => async (signal) => {
    await patient(backend)(signal)
    if (signal.aborted) await new Promise(() => {})
  })
  const cases = probeCases({ ...subject, resume: () => subject.up(), patience: 300 })
  const ends = cases.find(({ name }) => name.endsWith('ends when that goes on'))
  await expect(ends?.run()).rejects.toThrow('the probe did not end after its signal aborted')
})
