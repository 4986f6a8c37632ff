import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import { ask, untyped } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { pluginOf, recordResults } from './plugins.ts'
import { recordLog } from './record-log.ts'

/** How the message of an error is shown. */
async function shown(text: string, tokens?: readonly string[]): Promise<string | undefined> {
  const check = defineProbeCheck('x', () => Promise.reject(new Error(text)))
  const watchman = createWatchman({ checks: [check], tokens })
  const [result] = (await watchman.report()).results
  return result?.error
}

describe('a secret in an error', () => {
  test.each([
    ['connect postgres://user:hunter2@db:5432/app failed', 'connect postgres://***@db:5432/app failed'],
    ['redis://:hunter2@cache:6379', 'redis://***@cache:6379'],
    ['Invalid URL: mysql://u:hun/ter@2@db/app', 'Invalid URL: mysql://***@db/app'],
    ['mongodb+srv://u:hunter2@a.test,b.test/?x=1', 'mongodb+srv://***@a.test,b.test/?x=1'],
    ['tried "amqp://u:hunter2@a" and \'amqp://u:hunter2@b\'', 'tried "amqp://***@a" and \'amqp://***@b\''],
    ['host=db password=hunter2 user=u', 'host=db password=*** user=u'],
    ['Password = hunter2;Server=db', 'Password = ***;Server=db'],
    ['{"password":"hunter2","user":"u"}', '{"password":"***","user":"u"}'],
    ["{ password: 'hunter2 with blanks', user: 'u' }", "{ password: '***', user: 'u' }"],
    ['pwd=hunter2&passwd=hunter2&passphrase=hunter2&x=1', 'pwd=***&passwd=***&passphrase=***&x=1'],
    ['https://s3.test/?X-Amz-Security-Token=hunter2&x=1', 'https://s3.test/?X-Amz-Security-Token=***&x=1'],
    ['secret_access_key: hunter2', 'secret_access_key: ***'],
    ['AWS_SECRET_ACCESS_KEY=hunter2', 'AWS_SECRET_ACCESS_KEY=***'],
    ['api_key=hunter2 apikey: hunter2 api-key="hunter2"', 'api_key=*** apikey: *** api-key="***"'],
    ['client_secret=hunter2', 'client_secret=***'],
    ['Authorization: Bearer hunter2', 'Authorization: ***'],
    ['authorization: Basic aHVudGVyMg==', 'authorization: ***'],
  ])('is masked: %s becomes %s', async (text, redacted) => {
    const result = await shown(text)
    expect(result).toBe(redacted)
    expect(result).not.toContain('hunter2')
  })
})

describe('an error without a secret', () => {
  test.each([
    'connect ECONNREFUSED 127.0.0.1:5432',
    'password authentication failed for user "app"',
    'NOAUTH Authentication required.',
    'see https://example.com/docs?x=1 or mail ops@example.com',
    'at ask (file:///app/node_modules/@watchman/core/dist/index.js:62:18)',
    'Unexpected token < in JSON at position 0',
    '550 5.1.1 <to@example.com>: no such mailbox',
  ])('stays as it is: %s', async (text) => {
    expect(await shown(text)).toBe(text)
  })
})

describe('tokens', () => {
  test('are masked, also where they are encoded or contain each other', async () => {
    const tokens = ['s3cr t/', 's3cr t/long']
    expect(await shown('GET /?watchman-tok=s3cr t/long&y=s3cr%20t%2F', tokens)).toBe(
      'GET /?watchman-tok=***&y=***',
    )
  })

  test('that are short are masked only as whole words, so that the gaps do not reveal them', async () => {
    expect(await shown('GET /?watchman-tok=T THAT T', ['T'])).toBe('GET /?watchman-tok=*** THAT ***')
  })

  test('may contain the special characters of regular expressions', async () => {
    expect(await shown('a (.*)+[$ b é\\ü c', ['(.*)+[$', 'é\\ü'])).toBe('a *** b *** c')
  })

  test('are masked in stack traces and in what a check returns', async () => {
    const check = defineCheck('x', (request) => ({
      url: request.url,
      deep: [{ note: 'postgres://u:hunter2@db' }],
    }))
    const failing = defineProbeCheck('y', () => Promise.reject(new Error('with T0KEN and password=hunter2')))
    const watchman = createWatchman({ checks: [check, failing], tokens: 'T0KEN', stacktraces: true })
    const { text, body } = await ask(watchman, '/?watchman-token=T0KEN')
    expect(text).not.toMatch(/T0KEN|hunter2/)
    expect(body).toMatchObject({
      url: 'http://status.test/?watchman-token=***',
      y: { stacktrace: expect.stringContaining('with *** and password=***') },
    })
  })

  test('are masked wherever a result goes: report, snapshot, listeners and log', async () => {
    const secret = 'redis://u:hunter2@cache?token=T0KEN'
    const { events, plugin } = recordResults()
    const { lines, logger } = recordLog()
    const checks = [
      defineProbeCheck('probe', async () => ({ ok: true, details: { secret, list: [secret] } })),
      defineProbeCheck('refusing', async () => ({ ok: false, error: secret, details: { secret } })),
      defineProbeCheck('busy', () => Promise.reject(degraded(secret))),
      defineCheck('own', () => ({ own: { ok: false, error: new Error(secret), at: secret } })),
      defineCheck('thrown', () => Promise.reject(new Error('down', { cause: new Error(secret) }))),
    ]
    const broken = pluginOf((host) => {
      host.onResult(() => Promise.reject(new Error(secret)))
      host.onClose(() => Promise.reject(new Error(secret)))
    }, 'broken')
    const watchman = createWatchman({
      checks,
      plugins: [plugin, broken],
      logger,
      tokens: 'T0KEN',
      stacktraces: true,
    })
    const { text } = await ask(watchman, '/?watchman-token=T0KEN')
    const snapshot = watchman.snapshot()
    await watchman.close()
    const all = JSON.stringify([snapshot, events, lines])
    expect(events).toHaveLength(5)
    expect(lines.length).toBeGreaterThan(4)
    expect(`${all}${text}`).not.toMatch(/T0KEN|hunter2/)
  })

  test('are masked where a request passes one as the name of a check', async () => {
    const { lines, logger } = recordLog()
    const watchman = createWatchman({ checks: [defineCheck('x', () => ({ x: 1 }))], tokens: 'T0KEN', logger })
    const { text } = await ask(watchman, '/?watchman-token=T0KEN&check=x&check=T0KEN')
    expect(lines).toHaveLength(1)
    expect(JSON.stringify([lines, text])).not.toContain('T0KEN')
  })
})

describe('the secrets of a probe', () => {
  test('are masked wherever its target is shown, with a policy or without', async () => {
    const { lines, logger } = recordLog()
    const secrets = () => ['kennw0rt']
    const down = () => Promise.reject(new Error('WRONGPASS kennw0rt, sent as kennw0rt'))
    const answering = async () => ({ ok: true, details: { sent: 'AUTH kennw0rt' } })
    const checks = [
      defineProbeCheck('caches', { down: Object.assign(down, { secrets }) }),
      defineProbeCheck('queues', { main: { probe: Object.assign(answering, { secrets }), critical: false } }),
    ]
    const watchman = createWatchman({ checks, logger })
    const { text } = await ask(watchman)
    expect(text).toContain('WRONGPASS ***, sent as ***')
    expect(`${text}${JSON.stringify([lines, watchman.snapshot()])}`).not.toContain('kennw0rt')
  })
})

describe('the secrets of a probe that', () => {
  const text = 'WRONGPASS for user abc: secret-1 and abcdef'

  test.each<[string, () => readonly string[], string]>([
    ['are empty', () => [], text],
    ['are blank', () => ['', ' '], text],
    ['are short are not masked, since they are part of many words', () => ['abc', 'for', 'a'], text],
    ['are not strings', () => untyped([5, null, undefined, {}, ['secret-1']]), text],
    ['are no list', () => untyped(null), text],
    [
      'cannot be read',
      () => {
        throw new Error('no client')
      },
      text,
    ],
    ['have special characters', () => ['secret-1', '(.*)+[$^'], 'WRONGPASS for user abc: *** and abcdef'],
    [
      'have what UTF-8 cannot encode beside them',
      () => ['broken\ud800', 'secret-1'],
      'WRONGPASS for user abc: *** and abcdef',
    ],
  ])('%s change nothing else', async (_what, secrets, expected) => {
    const probe = Object.assign(() => Promise.reject(new Error(text)), { secrets })
    const watchman = createWatchman({ checks: [defineProbeCheck('caches', probe)] })
    expect((await watchman.report()).results).toMatchObject([{ state: 'failing', error: expected }])
  })
})

describe('the secrets of a probe that change with each run', () => {
  test('are masked, and do not make later runs slower', async () => {
    let run = 0
    const password = () => `${'x'.repeat(1000)}${run}`
    const probe = Object.assign(() => Promise.reject(new Error(`refused ${password()}`)), {
      secrets: () => [password()],
    })
    const watchman = createWatchman({ checks: [defineProbeCheck('databases', probe, { ttl: 0 })] })
    /** Milliseconds of CPU time that these runs take, which other processes hardly affect. */
    const cpuTimeOf = async (runs: number) => {
      const started = process.cpuUsage()
      for (let count = 0; count < runs; count += 1) {
        run += 1
        expect((await watchman.report()).results).toMatchObject([{ error: 'refused ***' }])
      }
      return process.cpuUsage(started).user / 1000
    }
    await cpuTimeOf(20) // V8 compiles it
    const early = await cpuTimeOf(20)
    await cpuTimeOf(360)
    expect(await cpuTimeOf(20)).toBeLessThan(4 * Math.max(early, 10))
  })
})

test('a long text of credentials, or of what looks like them, is redacted in little time', async () => {
  const started = performance.now()
  for (const piece of [
    'a://',
    'password',
    'password ',
    'password=',
    'pass=\'"',
    'x://u:p@h ',
    '"',
    'bearer ',
    'token:bearer ',
  ]) {
    await shown(piece.repeat(50_000))
  }
  expect(performance.now() - started).toBeLessThan(5000)
})
