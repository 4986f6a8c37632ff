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
    ['probe', 'http://127.0.0.1/', '--timeout', '5h'],
    "option '--timeout <duration>' argument '5h' is invalid. It must be milliseconds from 1 to 2147483647, or like 500ms, 30s or 2m.",
  ],
  [
    ['probe', 'http://127.0.0.1/', '--wait', '0'],
    "option '--wait <duration>' argument '0' is invalid. It must be milliseconds from 1 to 2147483647, or like 500ms, 30s or 2m.",
  ],
  [
    ['probe', 'http://127.0.0.1/', '--wait', '40000m'],
    "option '--wait <duration>' argument '40000m' is invalid. It must be milliseconds from 1 to 2147483647, or like 500ms, 30s or 2m.",
  ],
  [['probe', 'http://127.0.0.1/', '-H', 'Bearer hunter2'], "option --header must be like 'Name: value'"],
  [
    ['probe', 'http://127.0.0.1/', '--header', 'X-Key: hunter2\r\nX-Other: 1'],
    "option --header must be like 'Name: value'",
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
