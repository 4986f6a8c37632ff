import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type SmtpServer, startSmtp } from '@watchman/servers'
import { type FaultProxy, probeCases, startFaultProxy } from '@watchman/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { nodemailerProbe } from '../src/nodemailer.ts'
import { clients } from './clients.ts'

const auth = { user: 'watchman', pass: 'smtp-secret' }

const variants = [
  ['in the mode send', 'send', {}],
  ['with a pool', 'send', { pool: true, socketCloseTimeout: 100 }],
  ['in the mode verify', 'verify', {}],
] as const

describe.each(clients)('$name', ({ create, createSendmail, cancels }) => {
  describe.each(cancels ? variants : variants.slice(0, 2))('%s', (_name, mode, settings) => {
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
      return nodemailerProbe(create({ host, port, ignoreTLS: true, auth, ...settings }), { mode })
    }
    // The connections of a pool are the application's.
    const heldResources =
      'pool' in settings ? undefined : () => Array(proxy.connections()).fill('a connection')
    const subject = {
      up: () => proxy.pass().then(probe),
      down: () => proxy.refuse().then(probe),
      hung: () => proxy.hang().then(probe),
      heldResources,
      secrets: [auth.pass],
    }
    for (const { name, run } of probeCases(subject)) test(name, run)
  })

  describe('with sendmail', () => {
    const folder = join(tmpdir(), `watchman-sendmail-${process.pid}-${cancels}`)
    const path = join(folder, 'sendmail')
    beforeAll(() => void mkdirSync(folder))
    afterAll(() => rmSync(folder, { recursive: true }))
    const transporter = createSendmail(path)

    /** Makes the program that the probes start from now on. */
    const probe = (script: string) => {
      writeFileSync(path, `#!/bin/sh\ncat > /dev/null\n${script}\n`, { mode: 0o755 })
      return nodemailerProbe(transporter, { mode: 'send' })
    }
    const subject = {
      up: () => probe('exit 0'),
      down: () => probe('exit 75'),
      hung: () => probe('exec sleep 60'),
      heldResources: () => process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap'),
    }
    for (const { name, run } of probeCases(subject)) test(name, run)
  })
})
