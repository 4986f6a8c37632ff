import { secretsOf } from '@watchman/core/driver'
import { describe, expect, test } from 'vitest'

describe('the secrets in the options of a client are', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['its password', { user: 'app', password: 'hunter2' }, ['hunter2']],
    [
      'the password of its URL, as it is and decoded',
      { url: 'redis://u:hunt%2Fer2@h:1' },
      ['hunt%2Fer2', 'hunt/er2'],
    ],
    ['what the URL is', 'postgres://app:hunter2@db/shop', ['hunter2']],
    ['the password of a URL without a user', ['redis://:hunter2@h'], ['hunter2']],
    [
      'a secret in the query of a URL',
      { url: 'https://h/?api_key=abc&x=1&password=d%20e' },
      ['abc', 'd%20e', 'd e'],
    ],
    [
      'those of nested options',
      { tls: { passphrase: 'a' }, nodes: [{ host: 'h', auth: { pass: 'b' } }] },
      ['a', 'b'],
    ],
    ['lists of them', { tokens: ['a', 'b'] }, ['a', 'b']],
    [
      'headers, with and without their scheme',
      { headers: { authorization: 'Bearer abc' } },
      ['Bearer abc', 'abc'],
    ],
    [
      'the password of Basic',
      { authorization: `Basic ${btoa('app:hunter2')}` },
      [`Basic ${btoa('app:hunter2')}`, btoa('app:hunter2'), 'hunter2'],
    ],
    [
      'those that are not enumerable',
      Object.defineProperty({}, 'password', { value: 'hunter2', enumerable: false }),
      ['hunter2'],
    ],
    ['no names', { user: 'app', database: 'shop', host: 'db', password: undefined }, []],
    ['nothing that equals a name', { user: 'app', password: 'app' }, []],
    ['nothing that equals a name in the URL', { password: 'shop', url: 'postgres://app:app@db/shop' }, []],
    ['no functions', { password: () => 'hunter2' }, []],
    ['no bytes', { secret: Buffer.from('hunter2') }, []],
    ['nothing of what is no object', undefined, []],
  ])('%s', (_what, options, expected) => {
    expect(secretsOf(options)).toEqual(expected)
  })

  test('found in options that contain themselves', () => {
    const options: Record<string, unknown> = { password: 'hunter2' }
    options.self = options
    expect(secretsOf(options)).toEqual(['hunter2'])
  })

  test('found without calling a getter', () => {
    const options = {
      get password() {
        return expect.unreachable('it is called')
      },
    }
    expect(secretsOf(options)).toEqual([])
  })

  test('found in little time, however large the options are', () => {
    const large = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, { a: {} }]))
    expect(secretsOf({ password: 'hunter2', large })).toEqual(['hunter2'])
  })
})
