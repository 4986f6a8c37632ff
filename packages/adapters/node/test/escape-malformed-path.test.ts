import { describe, expect, test } from 'vitest'
import { escapeMalformedPath } from '../src/adapter.ts'

const strict = { caseSensitive: true, ignoreDuplicateSlashes: false }
const lax = { caseSensitive: false, ignoreDuplicateSlashes: true }

describe('a path that cannot be decoded is escaped', () => {
  test.each([
    ['/a', '/a/%', '/a/%25'],
    ['/a', '/a/%zz/%20/b', '/a/%25zz/%20/b'],
    ['/a', '/a/%C3%28%20', '/a/%25C3%2528%2520'],
    ['/a', '/a/%?b=%', '/a/%25?b=%'],
    ['/a', '/a/%#/%?%', '/a/%25#/%?%'],
    ['/a', 'http://host/a/%', 'http://host/a/%25'],
    ['/a/', '/a/%', '/a/%25'],
    ['', '/%', '/%25'],
    ['/', '/%', '/%25'],
    ['/:x/a', '/%/a/%', '/%25/a/%25'],
    ['/v:x/a', '/v1/a/%', '/v1/a/%25'],
    ['/ä b', '/%C3%A4%20b/%', '/%C3%A4%20b/%25'],
    ['/a', '/%61/%', '/%61/%25'],
  ])('below %s: %s is %s', (route, target, decodable) => {
    expect(escapeMalformedPath(route, strict)(target)).toBe(decodable)
  })

  test.each([
    ['/a', '/A/%', '/A/%25'],
    ['/A', '//%61//%', '//%61//%25'],
    ['//a', '/a/%', '/a/%25'],
  ])('below %s, where neither case nor slashes matter: %s is %s', (route, target, decodable) => {
    expect(escapeMalformedPath(route, lax)(target)).toBe(decodable)
  })
})

describe('every other target stays as it is', () => {
  test.each([
    ['/a', '/a/%20'],
    ['/a', '/a/?b=%'],
    ['/a', '/%'],
    ['/a', '/ab/%'],
    ['/a', '/A/%'],
    ['/a', '//a/%'],
    ['/a', '/%2561/%'],
    ['/a/b', '/a%2Fb/%'],
    ['/:x/a', '/%/b'],
    ['/:x/:y', '/%'],
    ['/a', 'http://host%/a/'],
    ['/a', '%'],
    ['', '%'],
    ['', '*'],
    ['/a', ''],
  ])('below %s: %s', (route, target) => {
    expect(escapeMalformedPath(route, strict)(target)).toBe(target)
  })
})
