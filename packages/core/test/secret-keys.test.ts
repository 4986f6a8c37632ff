import { createWatchman, defineProbeCheck } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { recordLog } from './record-log.ts'

/** What the report shows of what a check returns. */
async function shown(returned: object): Promise<unknown> {
  const watchman = createWatchman({ checks: [{ name: 'x', run: () => ({ x: returned }) }] })
  const { body } = await ask(watchman)
  return body
}

describe('the value of a key is masked', () => {
  test.each([
    ...['password', 'Password', 'passwd', 'pwd', 'pass', 'smtpPass', 'DB_PASS', 'PGPASSWORD', 'dbpassword'],
    ...['password2', 'password_hash', 'newPassword', 'passphrase', 'secret', 'clientSecret', 'client-secret'],
    ...['token', 'accessToken', 'csrf_token', 'authorization', 'Proxy-Authorization', 'cookie', 'set-cookie'],
    ...['apiKey', 'x-api-key', 'api_key', 'secretAccessKey', 'AccountKey', 'SharedAccessKey', 'privateKey'],
    ...[
      'connectionString',
      'credentials',
      'jwt',
      'signing_key',
      'encryptionKey',
      'SECRET_KEY',
      'requirepass',
    ],
  ])('%s', async (key) => {
    expect(await shown({ [key]: 'abc' })).toEqual({ x: { [key]: '***' } })
  })

  test.each<[string, object, object]>([
    ['in an object', { config: { password: 'abc' } }, { config: { password: '***' } }],
    ['in a list', { list: [{ token: 'abc', id: 1 }] }, { list: [{ token: '***', id: 1 }] }],
    ['of a header', { headers: { authorization: 'Basic YWJj' } }, { headers: { authorization: '***' } }],
    ['which is a list', { 'set-cookie': ['a=abc', 'b=abc'] }, { 'set-cookie': ['***', '***'] }],
    ['which is an object', { password: { value: 'abc', n: 5 } }, { password: { value: '***', n: '***' } }],
    ['which is a buffer', { secret: Buffer.from('a') }, { secret: { type: '***', data: ['***'] } }],
    ['which is a number', { password: 123_456 }, { password: '***' }],
    [
      'beside its name',
      { env: [{ name: 'DB_PASSWORD', value: 'abc' }] },
      { env: [{ name: 'DB_PASSWORD', value: '***' }] },
    ],
    ['of a failure', { a: { ok: true, password: 'abc' } }, { a: { ok: true, password: '***' } }],
  ])('%s', async (_what, returned, expected) => {
    expect(await shown(returned)).toEqual({ x: expected })
  })

  test('of a failure, and of the details of a probe', async () => {
    const checks = [
      defineProbeCheck('probe', async () => ({ ok: true, details: { password: 'abc' } })),
      defineProbeCheck('refusing', async () => ({ ok: false, error: 'down', details: { password: 'abc' } })),
      { name: 'own', run: () => ({ own: { ok: false, error: 'down', password: 'abc' } }) },
    ]
    const { body } = await ask(createWatchman({ checks }))
    expect(body).toEqual({
      probe: { ok: true, details: { password: '***' } },
      refusing: { ok: false, error: 'down', details: { password: '***' } },
      own: { ok: false, error: 'down', password: '***' },
    })
  })

  test('in the log too, whatever it contains', async () => {
    const { lines, logger } = recordLog()
    const secrets = { password: { value: 'hunter2' }, cookies: [{ sid: 'hunter2' }], token: ['hunter2'] }
    const run = () => ({ own: { ok: false, error: 'down', ...secrets } })
    await ask(createWatchman({ checks: [{ name: 'own', run }], logger }))
    expect(lines).toMatchObject([
      {
        message:
          '[watchman] own failed: {"own":{"ok":false,"error":"down","password":***,"cookies":***,"token":***}}',
      },
    ])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })
})

describe('the value of a key is shown', () => {
  test.each([
    ...[
      'secretary',
      'tokenizer',
      'passenger',
      'passwordAge',
      'passwordless',
      'token_type',
      'tokenCount',
      'secretName',
    ],
    ...[
      'bypass',
      'compass',
      'key',
      'primaryKey',
      'public_key',
      'partitionKey',
      'monkey',
      'cookiePolicy',
      'author',
    ],
    ...['accessKeyId', 'credentialsProvider', 'signature', 'auth', 'user', 'description'],
  ])('%s', async (key) => {
    expect(await shown({ [key]: 'abc' })).toEqual({ x: { [key]: 'abc' } })
  })

  test.each<[string, object]>([
    ['a count', { tokens: 12, pass: 3, secrets: { count: 5 } }],
    ['a flag', { password: true, token: false, secret: null }],
    ['an empty text', { password: '' }],
    [
      'the result of a check that is named like a secret',
      { token: { ok: true, expiresIn: 60, note: 'fresh' } },
    ],
  ])('where it is %s', async (_what, returned) => {
    expect(await shown(returned)).toEqual({ x: returned })
  })

  test('where the target of a check is named like a secret', async () => {
    const checks = [defineProbeCheck('secrets', { password: () => Promise.reject(new Error('sealed')) })]
    const { body } = await ask(createWatchman({ checks }))
    expect(body).toEqual({ secrets: [{ password: { ok: false, error: 'sealed' } }] })
  })
})

describe('a key that contains a secret', () => {
  test('is masked, and one that is then the same gets a number', async () => {
    const returned = { 'redis://u:a@cache': 1, 'redis://u:b@cache': 2 }
    expect(await shown(returned)).toEqual({ x: { 'redis://***@cache': 1, 'redis://***@cache (2)': 2 } })
  })
})
