#!/usr/bin/env node
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './program.ts'

/** Milliseconds that what is closed may take. */
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
    if (interrupted.aborted) process.exit() // told twice
    process.exitCode = code
    controller.abort(code)
  })
}
// The deadline of a check that hangs keeps no process alive.
setInterval(() => {}, 2 ** 31 - 1)
// Who reads may have gone: `watchman check -v | head -1`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const context = {
  environment: process.env,
  folder: process.cwd(),
  interrupted,
  onEnd: (closer: () => Promise<unknown>) => void closers.unshift(closer),
}
process.exitCode = await Promise.race([run(process.argv.slice(2), context), interruption()])
await close()
// A backend that hangs keeps its socket, and so the process, for as long as it likes.
process.stdout.write('', () => process.stderr.write('', () => process.exit()))
