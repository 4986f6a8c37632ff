#!/usr/bin/env node
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './program.ts'

/** Milliseconds that closing may take. */
const GRACE = 1000

const closers: (() => Promise<unknown>)[] = []
const closing: Promise<unknown>[] = []
const controller = new AbortController()
const interrupted = controller.signal

async function close(): Promise<void> {
  closing.push(...closers.splice(0).map((closer) => closer()))
  await Promise.race([Promise.allSettled(closing), sleep(GRACE)])
}

async function interruption(): Promise<number> {
  await once(interrupted, 'abort')
  await close()
  return interrupted.reason
}

for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
  process.on(signal, () => {
    if (interrupted.aborted) process.exit() // the second signal
    process.exitCode = code
    controller.abort(code)
  })
}
// Keeps the process alive while a check hangs: a pending promise alone does not.
setInterval(() => {}, 2 ** 31 - 1)
// The reader of a pipe may be gone: `watchman-health check -v | head -1`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const context = {
  environment: process.env,
  folder: process.cwd(),
  interrupted,
  onEnd: (closer: () => Promise<unknown>) => void closers.unshift(closer),
}
process.exitCode = await Promise.race([run(process.argv.slice(2), context), interruption()])
await close()
// A backend that hangs would keep its socket, and so the process, open.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
