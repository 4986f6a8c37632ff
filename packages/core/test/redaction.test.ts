import { createWatchman, defineCheck, defineProbeCheck } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'

async function shown(text: string, tokens?: readonly string[]): Promise<string> {
  const check = defineProbeCheck('x', () => Promise.reject(new Error(text)))
  const watchman = createWatchman({ checks: [check], tokens, authorize: () => true })
  return Object((await ask(watchman)).body).x.error
}

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
])('%s becomes %s', async (text, redacted) => {
  const result = await shown(text)
  expect(result).toBe(redacted)
  expect(result).not.toContain('hunter2')
})

test.each([
  'connect ECONNREFUSED 127.0.0.1:5432',
  'password authentication failed for user "app"',
  'NOAUTH Authentication required.',
  'see https://example.com/docs?x=1 or mail ops@example.com',
  'at ask (file:///app/node_modules/@watchman/core/dist/index.js:62:18)',
  'Unexpected token < in JSON at position 0',
  '550 5.1.1 <to@example.com>: no such mailbox',
])('%s stays as it is', async (text) => {
  expect(await shown(text)).toBe(text)
})

describe('tokens', () => {
  test('are cut out, also where they stand encoded or within each other', async () => {
    const tokens = ['s3cr t/', 's3cr t/long']
    expect(await shown('GET /?watchman-tok=s3cr t/long&y=s3cr%20t%2F', tokens)).toBe(
      'GET /?watchman-tok=***&y=***',
    )
  })

  test('that are short are cut out as words, so that they do not show through the gaps', async () => {
    expect(await shown('GET /?watchman-tok=T THAT T', ['T'])).toBe('GET /?watchman-tok=*** THAT ***')
  })

  test('may hold what a pattern would take for its own', async () => {
    expect(await shown('a (.*)+[$ b é\\ü c', ['(.*)+[$', 'é\\ü'])).toBe('a *** b *** c')
  })

  test('are cut out of stack traces and of what a check returns', async () => {
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
})

test('a long text of credentials or near misses takes no time to speak of', async () => {
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
