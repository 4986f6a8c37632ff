import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { createWatchman, defineProbeCheck, type Logger } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { healthy, scripted } from './probes.ts'

/** What a logger wrote when a target failed with this message, and recovered. */
async function linesOf(
  makeLogger: (output: PassThrough) => Logger,
  message = 'down',
): Promise<readonly string[]> {
  const output = new PassThrough().setEncoding('utf8')
  const { probe } = scripted(() => Promise.reject(new Error(message)), healthy)
  const logger = makeLogger(output)
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { ttl: 0 })], logger })
  for (let round = 0; round < 2; round += 1) await ask(watchman)
  await new Promise((resolve) => setImmediate(resolve))
  return `${output.read()}`.trimEnd().split('\n')
}

const failure = { subject: 'email', state: 'failing', error: 'down', duration: expect.any(Number) }
const recovery = { subject: 'email', state: 'ok', duration: expect.any(Number) }

describe('the log', () => {
  test('of pino has the sentence as msg, and the fields beside it', async () => {
    const [failed = '', recovered = ''] = await linesOf((output) => pino({}, output))
    expect(JSON.parse(failed)).toMatchObject({ level: 50, msg: '[watchman] email failed: down', ...failure })
    expect(JSON.parse(recovered)).toMatchObject({
      level: 30,
      msg: '[watchman] email works again',
      ...recovery,
    })
  })

  test('of a child of pino has its bindings too', async () => {
    const [failed = ''] = await linesOf((output) => pino({}, output).child({ service: 'shop' }))
    expect(JSON.parse(failed)).toMatchObject({
      service: 'shop',
      msg: '[watchman] email failed: down',
      ...failure,
    })
  })

  test('of winston has the sentence as message, and the fields beside it', async () => {
    const [failed = '', recovered = ''] = await linesOf((stream) =>
      winston.createLogger({ transports: new winston.transports.Stream({ stream }) }),
    )
    expect(JSON.parse(failed)).toMatchObject({
      level: 'error',
      message: '[watchman] email failed: down',
      ...failure,
    })
    expect(JSON.parse(recovered)).toMatchObject({
      level: 'info',
      message: '[watchman] email works again',
      ...recovery,
    })
  })

  test('of a console begins with the sentence', async () => {
    const lines = await linesOf((output) => new Console(output, output))
    expect(lines[0]).toMatch(/^\[watchman\] email failed: down \{/)
    expect(lines.join('\n')).toMatch(/^\[watchman\] email works again \{/m)
  })

  test('of an object without info uses its log', async () => {
    const lines: string[] = []
    const write = (message: string) => lines.push(message)
    await linesOf(() => ({ log: write, warn: write, error: write }))
    expect(lines).toEqual(['[watchman] email failed: down', '[watchman] email works again'])
  })

  test('escapes control characters in the sentence: an error cannot forge a line or colour a terminal', async () => {
    const lines: string[] = []
    const write = (message: string) => lines.push(message)
    const message = 'refused\n[watchman] email works again\u001b[31m\u0000\u007f\u009b'
    await linesOf(() => ({ info: write, warn: write, error: write }), message)
    expect(lines[0]).toBe(
      '[watchman] email failed: refused\\n[watchman] email works again\\u001b[31m\\u0000\\u007f\\u009b',
    )
  })
})
