import { IncomingMessage } from 'node:http'
import { adapterCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { mount, serve } from './plain-adapter.ts'

const isRaw = (raw: unknown) => raw instanceof IncomingMessage
const subject = { mount, mountView: serve, isRaw }

describe('a plain adapter', () => {
  for (const { name, run } of adapterCases(subject)) test(name, run)
})

test('what a subject leaves out has no cases', () => {
  const count = (one: Parameters<typeof adapterCases>[0]) => adapterCases(one).length
  expect(count({ mount })).toBeLessThan(count({ mount, isRaw }))
  expect(count({ mount, isRaw })).toBeLessThan(count({ mount, isRaw, mountView: serve }))
  expect(count({ mount })).toBeLessThan(count({ mount, beside: '/beside' }))
})

test('every case has its own name', () => {
  const names = adapterCases({ ...subject, beside: '/beside' }).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
