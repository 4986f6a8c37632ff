import { freePort, type SmtpServer, startSmtp } from '@watchman/servers'
import { type FaultProxy, probeCases, startFaultProxy } from '@watchman/testing'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { nodemailerProbe } from '../src/nodemailer.ts'

const auth = { user: 'watchman', pass: 'smtp-secret' }

describe.each(['send', 'verify'] as const)('nodemailer in the mode %s', (mode) => {
  let proxy: FaultProxy
  let server: SmtpServer
  beforeAll(async () => {
    server = await startSmtp({ auth })
    proxy = await startFaultProxy(server, { port: await freePort() })
  })
  afterAll(async () => {
    await proxy.close()
    await server.stop()
  })
  const probe = () => {
    const { host, port } = proxy
    return nodemailerProbe(createTransport({ host, port, ignoreTLS: true, auth }), { mode })
  }
  const subject = {
    up: () => proxy.pass().then(probe),
    down: () => proxy.refuse().then(probe),
    hung: () => proxy.hang().then(probe),
    heldResources: () => Array.from({ length: proxy.connections() }, () => 'a connection'),
    secrets: [auth.pass],
  }
  for (const { name, run } of probeCases(subject)) test(name, run)
})
