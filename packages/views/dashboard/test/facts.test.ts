import { expect, test } from 'vitest'
import { factsOf } from '../src/facts.ts'

test.each([
  ['what is ok', { ok: true }, []],
  ['nothing', undefined, []],
  ['values', { a: 1, b: 'two', c: null, d: true }, ['a=1', 'b=two', 'c=null', 'd=true']],
  ['values below values', { a: { b: { c: 1 }, d: 2 } }, ['a.b.c=1', 'a.d=2']],
  ['lists', { a: [1, 'b', null], b: [], c: [{ d: 1 }, 2] }, ['a=1, b, ', 'b=[]', 'c.0.d=1', 'c.1=2']],
  ['what is empty', { a: {}, b: '' }, ['a={}', 'b=']],
  ['an ok that is no state', { ok: 'fine' }, ['ok=fine']],
  ['an error of what does not fail', { error: 'last week' }, ['error=last week']],
  ['what is deep', { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }, ['a.b.c.d.e.f={"g":1}']],
])('reads %s', (_name, value, expected) => {
  const { causes, values } = factsOf(value)
  expect(values.map(({ path, text }) => `${path}=${text}`)).toEqual(expected)
  expect(causes).toEqual([])
})

test('reads failures wherever they stand, and what stands beside them', () => {
  const { causes, values } = factsOf({
    ok: false,
    error: 'two disks are full',
    stacktrace: 'Error: two disks are full',
    free: 0,
    disks: [{ sda: { ok: false, error: { code: 28 } } }, { sdb: { ok: true } }, { sdc: { ok: false } }],
  })
  expect(causes).toEqual([
    { path: '', text: 'two disks are full', stack: 'Error: two disks are full' },
    { path: 'disks.0.sda', text: '{"code":28}', stack: '' },
    { path: 'disks.2.sdc', text: '', stack: '' },
  ])
  expect(values).toEqual([{ path: 'free', text: '0' }])
})

test('shows the first of very many values, and says how many more there are', () => {
  const { values } = factsOf(
    Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x'.repeat(1000)])),
  )
  expect(values).toHaveLength(41)
  expect(values[0]).toEqual({ path: 'k0', text: 'x'.repeat(300) })
  expect(values.at(-1)).toEqual({ path: '…', text: '60 more in the JSON' })
})

test('is not led astray by the names of what all objects have', () => {
  const { values } = factsOf(JSON.parse('{"__proto__":{"a":1},"constructor":"b","toString":null}'))
  expect(values.map(({ path, text }) => `${path}=${text}`)).toEqual([
    '__proto__.a=1',
    'constructor=b',
    'toString=null',
  ])
})
