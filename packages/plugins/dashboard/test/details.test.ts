import type { Dict, TargetResult } from '@watchman/core'
import { expect, test } from 'vitest'
import { detailsOf } from '../src/details.ts'

/** A result of the check `disks`. */
const result = (properties: Partial<TargetResult>): TargetResult => ({
  id: 'disks',
  check: 'disks',
  name: '',
  state: 'ok',
  startedAt: 1,
  duration: 1,
  since: 1,
  failures: 0,
  ...properties,
})

/** The values as `path=text`. */
const valuesOf = (details: Dict | undefined) =>
  detailsOf(result({ details })).values.map(({ path, text }) => `${path}=${text}`)

const shapes: readonly (readonly [name: string, details: Dict | undefined, expected: readonly string[]])[] = [
  ['what is ok', { ok: true }, []],
  ['nothing', undefined, []],
  ['values', { a: 1, b: 'two', c: null, d: true }, ['a=1', 'b=two', 'c=null', 'd=true']],
  ['values below values', { a: { b: { c: 1 }, d: 2 } }, ['a.b.c=1', 'a.d=2']],
  ['lists', { a: [1, 'b', null], b: [], c: [{ d: 1 }, 2] }, ['a=1, b, ', 'b=[]', 'c.0.d=1', 'c.1=2']],
  ['what is empty', { a: {}, b: '' }, ['a={}', 'b=']],
  ['an ok that is no state', { ok: 'fine' }, ['ok=fine']],
  ['an error of what does not fail', { error: 'last week' }, ['error=last week']],
  ['what is deep', { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }, ['a.b.c.d.e.f={"g":1}']],
  ['an object under the name of its check', { disks: { ok: true, free: 3 } }, ['free=3']],
  ['a value under the name of its check', { disks: 3 }, ['disks=3']],
  ['other keys beside the name of the check', { disks: { free: 3 }, a: 1 }, ['disks.free=3', 'a=1']],
]

test.each(shapes)('reads %s', (_name, details, expected) => {
  expect(valuesOf(details)).toEqual(expected)
  expect(detailsOf(result({ details })).causes).toEqual([])
})

test('reads failures wherever they are, and the values beside them', () => {
  const { causes, values } = detailsOf(
    result({
      state: 'failing',
      error: 'two disks are full',
      stacktrace: 'Error: two disks are full',
      details: {
        disks: {
          ok: false,
          error: 'two disks are full',
          stacktrace: 'Error: two disks are full',
          free: 0,
          disks: [{ sda: { ok: false, error: { code: 28 } } }, { sdb: { ok: true } }, { sdc: { ok: false } }],
        },
      },
    }),
  )
  expect(causes).toEqual([
    { path: '', text: 'two disks are full', stack: 'Error: two disks are full' },
    { path: 'disks.0.sda', text: '{"code":28}', stack: '' },
    { path: 'disks.2.sdc', text: 'ok is false', stack: '' },
  ])
  expect(values).toEqual([{ path: 'free', text: '0' }])
})

test('reads the error of a target, and the details of the probe beside it', () => {
  const failure = { state: 'failing', error: 'no space left', stacktrace: 'Error: no space left' } as const
  const cause = { path: '', text: 'no space left', stack: 'Error: no space left' }
  expect(detailsOf(result(failure))).toEqual({ causes: [cause], values: [] })
  expect(detailsOf(result({ ...failure, details: { free: 0, sda: { ok: false, error: 'full' } } }))).toEqual({
    causes: [cause, { path: 'sda', text: 'full', stack: '' }],
    values: [{ path: 'free', text: '0' }],
  })
})

test('shows an error of a check function once: where its details contain it', () => {
  const details = { a: { ok: true }, b: { ok: false } }
  expect(detailsOf(result({ state: 'failing', error: 'ok is false', details })).causes).toEqual([
    { path: 'b', text: 'ok is false', stack: '' },
  ])
})

test('shows the first of very many values, and how many more there are', () => {
  const details = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(1000)]),
  )
  const { values } = detailsOf(result({ details }))
  expect(values).toHaveLength(41)
  expect(values[0]).toEqual({ path: 'k0', text: 'x'.repeat(300) })
  expect(values.at(-1)).toEqual({ path: '…', text: '60 more in the JSON' })
})

test('reads members that have the names of what all objects inherit', () => {
  const details: Dict = JSON.parse('{"__proto__":{"a":1},"constructor":"b","toString":null}')
  expect(valuesOf(details)).toEqual(['__proto__.a=1', 'constructor=b', 'toString=null'])
})
