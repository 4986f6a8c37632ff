import { redactText } from '@watchman/core/driver'
import { describe, expect, test } from 'vitest'

/** What a pattern could begin with, or try again and again. */
const PIECES = [
  ...['a://', 'a://a@', 'a:1/@', 'x://u:p@h ', '%3A%2F%2F', '%3A%2F%2Fa%40', '/', '@', '#a@', '?', ':'],
  ...[
    'password',
    'password ',
    'password=',
    'password:',
    'password="',
    'password=\\"',
    'pass=\'"',
    'passpass',
  ],
  ...[
    'token: a a ',
    'token:bearer ',
    'tokens:[',
    'tokens:{"a":1',
    'cookies:{',
    "password: ['",
    'secret_',
    'api-key',
  ],
  ...['--password ', '-', '--', '_', '"', '\\', '\\"', '\\\\\\"', '%22', '&quot;', '{"a":"', '[', '{', '`'],
  ...['authorization: digest a=b,', 'authorization: a', 'cookie: a=b; ', 'cookie=a;', 'bearer ', 'basic a'],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    '-----END ',
    'eyJ',
    'eyJ-',
    'eyJaaaaaaaaa.',
    'eyJaaaaaaaa.aaaa',
  ],
  ...[
    'sk-',
    'gl-',
    'glpat-a',
    'do_v1_',
    'SG.aaaaaaaaaaaaaaaaaaaa.',
    'hooks.slack.com/services/',
    'AKIA',
    'xoxb-',
  ],
  ...['with args beginning with: ', "with args beginning with: '", "'' ", 'AUTH PLAIN a', 'identified by '],
  ...['a:@tcp( ', '@tcp(', '<a>', '<password>', '<', 'a', 'a.', ' ', '\n', '\u0000', 'é'],
]

const MEGABYTE = 1024 * 1024

/** Milliseconds of CPU time that a text takes, which other processes hardly affect. */
function cpuTimeOf(text: string): number {
  const started = process.cpuUsage()
  redactText(text)
  return process.cpuUsage(started).user / 1000
}

/** The same pieces in an order that is the same in each run. */
function shuffled(length: number): string {
  let seed = 1
  let text = ''
  while (text.length < length) {
    seed = (seed * 48_271) % 2_147_483_647
    text += PIECES[seed % PIECES.length]
  }
  return text
}

describe('a text of 1 MB is redacted in linear time', () => {
  /** A sixteenth of the text takes about a sixteenth of the time: 256 times as long would be quadratic. */
  function expectLinear(textOf: (length: number) => string): void {
    const first = cpuTimeOf(textOf(MEGABYTE / 64)) // V8 compiles the patterns
    const part = cpuTimeOf(textOf(MEGABYTE / 16))
    expect(part).toBeLessThan(8 * Math.max(first, 20)) // otherwise the whole text would take minutes
    expect(cpuTimeOf(textOf(MEGABYTE))).toBeLessThan(64 * Math.max(part, 10))
  }

  test.each(PIECES)('where it consists of %j', (piece) => {
    expectLinear((length) => piece.repeat(length / piece.length))
  })

  test.each(PIECES)('where %j comes first, and a long word follows', (piece) => {
    expectLinear((length) => piece + 'a'.repeat(length))
  })

  test('where all of these are mixed', () => {
    expectLinear(shuffled)
  })
})
