import { createServer } from 'node:http'
import { createWatchman } from '@watchman/core'
import { listenLocally } from '@watchman/test-helpers'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { gracefulShutdown } from '../src/index.ts'

vi.mock('node:tty', () => ({ isatty: (descriptor: number) => descriptor === 1 }))

const exit = vi.spyOn(process, 'exit').mockReturnThis()
beforeEach(() => {
  exit.mockClear()
  const before = process.exitCode
  onTestFinished(() => {
    process.exitCode = before
  })
})

/** Prepares a shutdown that would wait for an hour elsewhere. */
async function prepare() {
  const lines: string[] = []
  const record = (line: string) => void lines.push(line)
  const server = createServer()
  await listenLocally(server)
  const shutdown = gracefulShutdown({
    watchman: createWatchman(),
    servers: server,
    delay: 3_600_000,
    logger: { info: record, warn: record, error: record },
  })
  onTestFinished(shutdown.cancel)
  return { ...shutdown, server, lines }
}

/** Calls the listener of a signal, and no other one of this process. */
function receive(signal: NodeJS.Signals): void {
  for (const listener of process.listeners(signal)) {
    if (listener.name === 'onSignal') Reflect.apply(listener, process, [signal])
  }
}

test('there is no delay on a terminal', async () => {
  const { begin, server, lines } = await prepare()
  await begin()
  expect(server.listening).toBe(false)
  expect(process.exitCode).toBe(0)
  expect(lines).toEqual([
    '[watchman] begin(): readiness is held',
    '[watchman] the servers are closed, all requests have ended',
    '[watchman] the shutdown is complete, the exit code is 0',
  ])
})

test('a Ctrl-C that npm repeats is one, and a second one ends the process at once', async () => {
  const { begin } = await prepare()
  receive('SIGINT')
  receive('SIGINT')
  expect(exit).not.toHaveBeenCalled()
  await begin()
  vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 300)
  receive('SIGINT')
  expect(exit).toHaveBeenCalledWith(130)
})
