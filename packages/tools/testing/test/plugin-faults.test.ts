import { AssertionError } from 'node:assert/strict'
import { type PluginSubject, pluginCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { faultless, faultlessOpen, pluginFaults, shared } from './plugin-faults.ts'

const subject: PluginSubject = {
  plugin: faultless,
  view: 'page',
  showsFailure: ({ text }) => text.includes('<h1>failing'),
}
const openSubject: PluginSubject = { ...subject, plugin: faultlessOpen, open: true }
const listener: PluginSubject = {
  plugin: () => ({ name: 'listener', setup: (host) => host.onResult(() => {}) }),
}

describe.each([
  ['with a view', subject],
  ['with an open view', openSubject],
  ['with a view that shows no failure', { ...subject, showsFailure: undefined }],
  ['without a view', listener],
])('a plugin without a fault, %s', (_, one) => {
  for (const { name, run } of pluginCases(one)) test(name, run)
})

describe('the cases find a plugin that', () => {
  for (const { fault, plugin, found, subject: claims } of pluginFaults) {
    test(fault, async () => {
      const cases = pluginCases({ ...subject, ...claims, plugin })
      const failed: string[] = []
      for (const { name, run } of cases) {
        shared.report = undefined
        shared.isTaken = false
        await run().catch((error: unknown) => {
          expect(error).toBeInstanceOf(AssertionError)
          failed.push(name)
        })
      }
      expect(failed.sort()).toEqual([...found].sort())
    })
  }
})

test('each case finds a fault', () => {
  const found = new Set(pluginFaults.flatMap((one) => one.found))
  const names = [subject, openSubject].flatMap(pluginCases).map(({ name }) => name)
  expect(names.filter((name) => !found.has(name))).toEqual([])
})

test('what a subject leaves out has no cases', () => {
  const count = (one: PluginSubject) => pluginCases(one).length
  const { plugin, view } = subject
  expect(count({ plugin })).toBeLessThan(count({ plugin, view }))
  expect(count({ plugin, view })).toBeLessThan(count(subject))
})

test('every case has its own name', () => {
  const names = pluginCases(subject).map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
