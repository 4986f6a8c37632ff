import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWatchman } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { email } from '../src/index.ts'
import { nodemailerProbe } from '../src/nodemailer.ts'
import { clients } from './clients.ts'

const to = 'monitoring@example.org'

/** Makes a program in place of sendmail. */
function sendmail(script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'watchman-sendmail-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'sendmail')
  writeFileSync(path, `#!/bin/sh\ncd ${folder}\n${script}\n`, { mode: 0o755 })
  const read = (name: string) => readFileSync(join(folder, name), { encoding: 'utf8', flag: 'a+' })
  return { path, read }
}

/** Takes the mail, and hangs with a process that it has started; both write to `beats` while they live. */
const HANGING = `
cat > /dev/null
beat() { for _ in $(seq 600); do echo $1 >> beats; sleep 0.05; done; }
beat child &
beat parent`

function processChildren(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length
}

describe.each(clients)('the sendmail transport of $name', ({ createSendmail }) => {
  const askSendmail = (path: string, timeout: number) =>
    ask(createWatchman({ checks: [email(nodemailerProbe(createSendmail(path), { to }), { timeout })] }))

  test('is ok where the program takes the mail', async () => {
    const { path, read } = sendmail('cat > mail')
    expect((await askSendmail(path, 20_000)).body).toEqual({ email: { ok: true } })
    expect(read('mail')).toContain('Subject: Watchman: health check')
    await expect.poll(processChildren).toBe(0)
  })

  test('ends a program that hangs at the timeout, and what it has started', async () => {
    const { path, read } = sendmail(HANGING)
    const asked = askSendmail(path, 2000)
    for (const name of ['parent', 'child']) await expect.poll(() => read('beats')).toContain(name)
    expect((await asked).body).toEqual({
      email: { ok: false, error: 'sendmail has not exited yet: timed out after 2000 ms' },
    })
    await expect.poll(processChildren).toBe(0)
    const beats = read('beats')
    await sleep(300)
    expect(read('beats')).toBe(beats)
  })

  test('leaves the program of the application alone at the timeout', async () => {
    const { path, read } = sendmail(
      'cat > /dev/null; until [ -e go ]; do sleep 0.02; done; echo sent >> sent',
    )
    const transporter = createSendmail(path)
    const mail = { from: 'app@example.org', to, subject: '', text: '', headers: {} }
    const sent = transporter.sendMail(mail)
    const probe = nodemailerProbe(transporter, { to })
    await expect(probe(AbortSignal.timeout(200))).rejects.toThrow('sendmail has not exited yet')
    read('go') // creates it
    await sent
    expect(read('sent')).toBe('sent\n')
  })

  test('fails where the program is killed by somebody else', async () => {
    const { path } = sendmail('cat > /dev/null; kill -9 $$')
    const { status, text } = await askSendmail(path, 20_000)
    expect(status).toBe(500)
    expect(text).toContain('SIGKILL')
  })

  test('fails where the program fails, or does not exist', async () => {
    expect((await askSendmail('/bin/false', 20_000)).text).toMatch(/Sendmail exited with code 1|EPIPE/)
    expect((await askSendmail('/nonexistent/sendmail', 20_000)).text).toContain('ENOENT')
  })
})
