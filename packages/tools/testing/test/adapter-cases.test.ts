import { IncomingMessage } from 'node:http'
import type { Watchman } from '@watchman/core'
import { adapterCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { mount, serve } from './plain-adapter.ts'

const isRaw = (raw: unknown) => raw instanceof IncomingMessage
const subject = { mount, mountView: mount, isRaw }

describe('an adapter that sees targets as they were sent', () => {
  for (const { name, run } of adapterCases(subject)) test(name, run)
})

describe('an adapter that is given parsed URLs', () => {
  const mountFetch = (watchman: Watchman) => serve(({ request }) => watchman.fetch(request()))
  for (const { name, run } of adapterCases({ mount: mountFetch, parsesUrls: true })) test(name, run)
})

test('what a subject leaves out has no cases', () => {
  const count = (one: Parameters<typeof adapterCases>[0]) => adapterCases(one).length
  expect(count({ mount })).toBeLessThan(count({ mount, isRaw }))
  expect(count({ mount, isRaw })).toBeLessThan(count({ mount, isRaw, mountView: mount }))
  expect(count({ mount })).toBeLessThan(count({ mount, beside: '/beside' }))
})

test('every case has its own name', () => {
  const names = adapterCases({ ...subject, beside: '/beside' }).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
