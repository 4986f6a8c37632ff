import { probeCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { fakeBackend, subjectOf } from './fake-backend.ts'
import { faultless, patient } from './probe-drivers.ts'

const whole = subjectOf(fakeBackend(), faultless)

describe('a probe without a fault', () => {
  for (const { name, run } of probeCases({ ...whole, resume: undefined })) test(name, run)
})

describe('a probe that cannot take back what it has sent', () => {
  for (const { name, run } of probeCases(subjectOf(fakeBackend(), patient))) test(name, run)
})

describe('a probe of what cannot hang', () => {
  const { up, down } = subjectOf(fakeBackend(), faultless)
  for (const { name, run } of probeCases({ up, down })) test(name, run)
})

test('what a subject leaves out has no cases', () => {
  const { up, down, hung, residue, held, secrets } = whole
  const count = (subject: Parameters<typeof probeCases>[0]) => probeCases(subject).length
  const least = count({ up, down })
  expect(count({ up, down, hung })).toBeGreaterThan(least)
  expect(count({ up, down, residue })).toBeGreaterThan(least)
  expect(count({ up, down, held })).toBeGreaterThan(least)
  expect(count({ up, down, secrets })).toBeGreaterThan(least)
})

test('every case has its own name', () => {
  const names = probeCases(whole).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
