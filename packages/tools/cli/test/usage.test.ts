import { describe, expect, test } from 'vitest'
import { watchman } from './watchman.ts'

const bad: readonly (readonly [parameters: readonly string[], message: string])[] = [
  [['chek'], "unknown command 'chek' (Did you mean check?)"],
  [['check', '--jason'], "unknown option '--jason' (Did you mean --json?)"],
  [['check', 'databases'], "too many arguments for 'check'. Expected 0 arguments but got 1."],
  [['check', '-c', 'a,,b'], "option '-c, --check <names>' argument 'a,,b' is invalid. A name is empty."],
  [['check', '-v', '--json'], "option '--json' cannot be used with option '-v, --verbose'"],
  [
    ['serve', '--port', '65536'],
    "option '--port <number>' argument '65536' is invalid. It must be a whole number from 0 to 65535.",
  ],
  [
    ['serve', '--port', '80.5'],
    "option '--port <number>' argument '80.5' is invalid. It must be a whole number from 0 to 65535.",
  ],
  [['serve', '--port'], "option '--port <number>' argument missing"],
  [['probe'], "missing required argument 'url'"],
  [['probe', 'example.org'], 'probe expects a URL such as http://127.0.0.1:8000/watchman/'],
  [['probe', 'ftp://me:secret@example.org/'], 'probe expects a URL such as http://127.0.0.1:8000/watchman/'],
  [
    ['probe', 'http://127.0.0.1/', '--timeout', '5s'],
    "option '--timeout <milliseconds>' argument '5s' is invalid. It must be a whole number from 1 to 2147483647.",
  ],
  [['postgres://me:secret@example.org/'], "unknown command 'postgres://***@example.org/'"],
]

describe('the command', () => {
  test.each(bad)('exits with 2 and one line for %j', async (parameters, message) => {
    expect(await watchman(parameters)).toEqual({
      code: 2,
      stdout: '',
      stderr: `watchman-health: ${message}\n`,
    })
  })

  test('prints its version, and the options of each command', async () => {
    expect(await watchman(['--version'])).toEqual({ code: 0, stdout: '0.0.0\n', stderr: '' })
    expect((await watchman(['--help'])).stdout).toMatch(/^ {2}check .*^ {2}serve .*^ {2}probe .*^ {2}init /ms)
    expect(await watchman(['serve', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--host <address>'),
    })
  })

  test('prints its help and exits with 2 without a command', async () => {
    expect(await watchman([])).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: watchman') })
  })
})
