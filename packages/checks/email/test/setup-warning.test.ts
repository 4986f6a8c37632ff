import { generateKeyPairSync } from 'node:crypto'
import { createWatchman } from '@watchman/core'
import newest from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { email } from '../src/index.ts'
import { type NodemailerOptions, nodemailerProbe } from '../src/nodemailer.ts'
import { clients } from './clients.ts'

const pem = { type: 'pkcs8', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privateKey = rsa.privateKey.export(pem).toString()
const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const ed25519 = generateKeyPairSync('ed25519').privateKey.export(pem).toString()

const address = { host: '127.0.0.1', port: 1 }
const UNSIGNED =
  'the DKIM key 2026 of example.org cannot sign, so that mails are sent without its signature: set privateKey to an RSA private key in PEM format'

describe.each(clients)('a DKIM key of $name', ({ create, createWithDefaults }) => {
  const key = (text: string) => ({ domainName: 'example.org', keySelector: '2026', privateKey: text })
  const unusable = [
    ['empty', ''],
    ['the name of its file', './dkim.pem'],
    ['cut', privateKey.slice(0, 200)],
    ['without line breaks, as from a variable', privateKey.replaceAll('\n', '\\n')],
    ['public', publicKey],
    ['of Ed25519, which nodemailer does not support', ed25519],
  ] as const

  test.each(unusable)('that cannot sign is warned of: %s', (_what, text) => {
    for (const mode of ['verify', 'send'] as const) {
      const options: NodemailerOptions = mode === 'send' ? { to: 'me@example.org' } : {}
      const probe = nodemailerProbe(create({ ...address, dkim: key(text) }), options)
      expect(probe.setupWarning?.()).toBe(UNSIGNED)
    }
    const probe = nodemailerProbe(createWithDefaults(address, { dkim: key(text) }))
    expect(probe.setupWarning?.()).toBe(UNSIGNED)
  })

  test('that can sign is not warned of', () => {
    expect(nodemailerProbe(create({ ...address, dkim: key(privateKey) })).setupWarning?.()).toBeUndefined()
    const transporter = createWithDefaults(address, { dkim: key(privateKey) })
    expect(nodemailerProbe(transporter).setupWarning?.()).toBeUndefined()
    expect(nodemailerProbe(create(address)).setupWarning?.()).toBeUndefined()
  })

  test('that cannot sign is logged once, without the key', async () => {
    const lines: string[] = []
    const record = (line: string) => void lines.push(line)
    const logger = { info: record, warn: record, error: record }
    const probe = nodemailerProbe(create({ ...address, dkim: key(privateKey.slice(0, 400)) }))
    const watchman = createWatchman({ checks: [email(probe, { ttl: 0 })], logger })
    for (const _ of [1, 2]) await watchman.report()
    expect(lines.filter((line) => line.includes(UNSIGNED))).toHaveLength(1)
    expect(lines.join()).not.toContain(privateKey.slice(100, 150))
  })
})

test('one of several DKIM keys that cannot sign is named', () => {
  const dkim = {
    keys: [
      { domainName: 'example.org', keySelector: 'good', privateKey },
      { domainName: 'example.com', keySelector: 'bad', privateKey: publicKey },
    ],
  }
  expect(nodemailerProbe(newest.createTransport({ ...address, dkim })).setupWarning?.()).toContain(
    'the DKIM key bad of example.com cannot sign',
  )
})

describe('options are warned of', () => {
  const warningOf = (options: NodemailerOptions) =>
    nodemailerProbe(newest.createTransport(address), options).setupWarning?.()

  test("that send mails to an address which nobody reads: the mode 'send' alone", () => {
    expect(warningOf({ mode: 'send' })).toBe(
      'the test mail is sent to to@example.com, which nobody reads: set the option to, or leave out the mode to send nothing',
    )
    expect(warningOf({ mode: 'send', to: 'me@example.org' })).toBeUndefined()
  })

  test('that have no effect, because no mail is sent', () => {
    expect(warningOf({ from: 'app@example.org', subject: 'Still there?', text: undefined })).toBe(
      "the mode 'verify' sends no mail and does not use from, subject: set the option to to send one",
    )
    expect(warningOf({ mode: 'verify', to: 'me@example.org' })).toBe(
      "the mode 'verify' sends no mail and does not use to: use the mode 'send' to send one",
    )
    expect(warningOf({ mode: 'verify', busy: 'failing' })).toBeUndefined()
  })
})
