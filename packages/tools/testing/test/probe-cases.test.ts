import { probeCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { fakeBackend, subjectOf } from './fake-backend.ts'
import { adopting, cleansUpLater, faultless } from './probe-drivers.ts'

const whole = subjectOf(fakeBackend(), faultless)

describe('a probe without a fault', () => {
  for (const { name, run } of probeCases(whole)) test(name, run)
})

describe('a probe that cannot cancel what it has sent, which the next run adopts', () => {
  const { up, down, hung, leftovers } = subjectOf(fakeBackend(), adopting)
  for (const { name, run } of probeCases({ up, down, hung, leftovers })) test(name, run)
})

describe('a probe that rejects before its cleanup ends', () => {
  const { up, down, hung, leftovers } = subjectOf(fakeBackend(), cleansUpLater)
  for (const { name, run } of probeCases({ up, down, hung, leftovers })) test(name, run)
})

describe('a probe of a backend that cannot hang', () => {
  const { up, down } = subjectOf(fakeBackend(), faultless)
  for (const { name, run } of probeCases({ up, down })) test(name, run)
})

test('what a subject leaves out has no cases', () => {
  const { up, down, hung, leftovers, heldResources, secrets } = whole
  const count = (subject: Parameters<typeof probeCases>[0]) => probeCases(subject).length
  const least = count({ up, down })
  expect(count({ up, down, hung })).toBeGreaterThan(least)
  expect(count({ up, down, leftovers })).toBeGreaterThan(least)
  expect(count({ up, down, heldResources })).toBeGreaterThan(least)
  expect(count({ up, down, secrets })).toBeGreaterThan(least)
})

test('every case has its own name', () => {
  const names = probeCases(whole).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
