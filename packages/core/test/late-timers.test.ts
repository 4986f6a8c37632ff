import { spawnSync } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { createWatchman, defineProbeCheck, type Probe } from '@watchman/core'
import { ask } from '@watchman/test-helpers'
import { expect, test } from 'vitest'

/** Blocks the event loop, as a process does that is stopped and continued. */
function block(milliseconds: number): void {
  spawnSync(process.execPath, ['-e', `setTimeout(() => {}, ${milliseconds})`])
}

test('an answer that arrived while the process was stopped counts, though the timer of the timeout is due first', async () => {
  const server = createServer((socket) => socket.end('PONG'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0

  const probe: Probe = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').on('error', reject).on('data', resolve)
      socket.unref()
      setImmediate(() => block(1500))
    })
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 1000 })] })
  expect((await ask(watchman)).body).toEqual({ email: { ok: true } })
  await new Promise((resolve) => server.close(resolve))
})

test('a probe that does not answer still times out after the process was stopped', async () => {
  const probe: Probe = () => {
    setImmediate(() => block(600))
    return new Promise(() => {})
  }
  const watchman = createWatchman({ checks: [defineProbeCheck('email', probe, { timeout: 100 })] })
  expect((await ask(watchman)).body).toEqual({ email: { ok: false, error: 'timed out after 100 ms' } })
})
