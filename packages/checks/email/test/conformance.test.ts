import { type SmtpServer, startSmtp } from '@watchman/servers'
import { type Gate, openGate, probeCases } from '@watchman/testing'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { nodemailerProbe } from '../src/nodemailer.ts'

const auth = { user: 'watchman', pass: 'smtp-secret' }

describe.each(['send', 'verify'] as const)('nodemailer in the mode %s', (mode) => {
  let gate: Gate
  let server: SmtpServer
  beforeAll(async () => {
    server = await startSmtp({ auth })
    gate = await openGate(server)
  })
  afterAll(async () => {
    await gate.close()
    await server.stop()
  })
  const probe = () => {
    const { host, port } = gate
    return nodemailerProbe(createTransport({ host, port, ignoreTLS: true, auth }), { mode })
  }
  const subject = {
    up: () => gate.open().then(probe),
    down: () => gate.refuse().then(probe),
    hung: () => gate.silence().then(probe),
    heldResources: () => Array.from({ length: gate.connections() }, () => 'a connection'),
    secrets: [auth.pass],
  }
  for (const { name, run } of probeCases(subject)) test(name, run)
})
