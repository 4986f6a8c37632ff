import { Agent, request } from 'node:http'
import { createWatchman } from '@watchman/core'
import { untyped } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { gracefulShutdown } from '../src/index.ts'
import { type Program, runProgram } from './run-program.ts'

function run(code: string): Program {
  const program = runProgram(code)
  onTestFinished(() => program.kill('SIGKILL'))
  return program
}

/** Sends a request over `agent`; resolves with the status, `Connection` and the body. */
function get(port: string, path: string, agent: Agent | false = false) {
  return new Promise<readonly [status: number | undefined, connection: string | undefined, text: string]>(
    (resolve, reject) => {
      request({ host: '127.0.0.1', port, path, agent }, async (response) => {
        const parts = await response.setEncoding('utf8').toArray()
        resolve([response.statusCode, response.headers.connection, parts.join('')])
      })
        .on('error', reject)
        .end()
    },
  )
}

const APP = `
const health = nodeHandler(watchman, { prefix: '/watchman' })
const server = http.createServer((request, response) => health(request, response, async () => {
  if (request.url === '/slow') await sleep(1500)
  if (request.url === '/never') return console.log('received', request.url)
  response.end('done')
}))
`

describe('a process that receives a signal', () => {
  test('holds readiness, accepts requests for the delay, ends those in flight, closes the clients, and exits with 0', async () => {
    const program = run(`${APP}
      gracefulShutdown({ watchman, servers: server, delay: 1000, logger: console, onShutdown() {
        console.log('onShutdown', server.listening, watchman.snapshot().held)
      } })
      listen(server)
      setInterval(() => {}, 1000) // something that the app forgets
    `)
    const port = await program.line('port')
    expect((await get(port, '/watchman/bare'))[0]).toBe(404) // no checks
    program.kill('SIGTERM')
    await expect.poll(async () => (await get(port, '/watchman/'))[0]).toBe(404)
    await expect.poll(program.output).toContain('SIGTERM: readiness is held')
    const [status, connection] = await get(port, '/', new Agent({ keepAlive: true }))
    expect([status, connection]).toEqual([200, 'close'])
    const slow = await get(port, '/slow')
    expect(slow).toEqual([200, 'close', 'done'])
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain('onShutdown false draining\n')
    expect(program.output()).toMatch(/onShutdown.*\n.*the shutdown is complete, the exit code is 0/)
    await expect(get(port, '/')).rejects.toThrow('ECONNREFUSED')
  })

  test('ends with callers that never leave a gap between their requests, and resets none of them', async () => {
    const program = run(`${APP}
      gracefulShutdown({ watchman, servers: [server], delay: 500 })
      listen(server)
    `)
    const port = await program.line('port')
    const agent = new Agent({ keepAlive: true })
    const results: string[] = []
    const callers = Array.from({ length: 5 }, async () => {
      for (;;) {
        const result = await get(port, '/slow', agent).then(
          ([status]) => `${status}`,
          (error) => `${error.code}`,
        )
        results.push(result)
        if (result !== '200') return
      }
    })
    await expect.poll(() => results.length, { timeout: 20_000 }).toBeGreaterThan(4)
    program.kill('SIGINT')
    expect(await program.ended).toBe(0)
    await Promise.all(callers)
    agent.destroy()
    expect(new Set(results)).toEqual(new Set(['200', 'ECONNREFUSED']))
  })

  test('ends at once at a second signal, with 128 plus its number', async () => {
    const program = run(`${APP}
      gracefulShutdown({ watchman, servers: server, delay: 60_000, logger: console })
      listen(server)
    `)
    await program.line('port')
    program.kill('SIGTERM')
    await expect.poll(program.output).toContain('SIGTERM: readiness is held')
    program.kill('SIGINT')
    expect(await program.ended).toBe(130)
  })

  test('cuts off what the timeout does not allow, closes the clients nevertheless, and exits with 1', async () => {
    const program = run(`${APP}
      gracefulShutdown({ watchman, servers: server, delay: 0, timeout: 300, logger: console, onShutdown: () => console.log('clients closed') })
      listen(server)
    `)
    const port = await program.line('port')
    const cut = expect(get(port, '/never')).rejects.toThrow('socket hang up')
    await program.line('received')
    program.kill('SIGTERM')
    expect(await program.ended).toBe(1)
    await cut
    expect(program.output()).toContain('requests were cut off 300 ms after the servers stopped accepting')
    expect(program.output()).toContain('clients closed\n')
  })

  test.each([
    ["async () => { throw new Error('the pool is gone') }", 'onShutdown failed: the pool is gone'],
    ["() => { throw new Error('at once') }", 'onShutdown failed: at once'],
    [
      '() => new Promise(() => {})',
      'the shutdown goes on without onShutdown, which has not ended after 1000 ms',
    ],
  ])('exits with 1 where onShutdown is %s', async (onShutdown, line) => {
    const program = run(`
      gracefulShutdown({ watchman, timeout: 0, logger: console, onShutdown: ${onShutdown} })
      setInterval(() => {}, 1000)
      console.log('port', 0)
    `)
    await program.line('port')
    program.kill('SIGTERM')
    expect(await program.ended).toBe(1)
    expect(program.output()).toContain(line)
    expect(program.output()).toContain('the exit code is 1')
  })

  test('ends without the delay while the app still starts, and closes a server that listens meanwhile', async () => {
    const program = run(`${APP}
      gracefulShutdown({ watchman, servers: server, delay: 60_000, async onShutdown() {
        listen(server)
        await sleep(300)
        console.log('listening', server.listening)
      } })
      setInterval(() => {}, 1000)
      console.log('starting', 'now')
    `)
    await program.line('starting')
    program.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain('listening false')
  })

  test('ends a worker without servers at once, and the endpoint on its own port with it', async () => {
    const program = run(`
      const endpoint = http.createServer(nodeHandler(watchman))
      listen(endpoint)
      gracefulShutdown({ watchman, servers: endpoint, delay: 0, onShutdown: () => sleep(300).then(() => console.log('job done')) })
    `)
    const port = await program.line('port')
    expect((await get(port, '/ping'))[2]).toBe('pong')
    program.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain('job done')
  })

  test('ignores a logger that throws, and listens to the signals that it is given', async () => {
    const program = run(`
      const fail = () => { throw new Error('no disk') }
      gracefulShutdown({ watchman, signals: ['SIGHUP'], logger: { error: fail, warn: fail, info: fail } })
      setInterval(() => {}, 1000)
      console.log('listeners', process.listenerCount('SIGTERM'), process.listenerCount('SIGHUP'))
    `)
    expect(await program.line('listeners')).toBe('0 1')
    program.kill('SIGHUP')
    expect(await program.ended).toBe(0)
  })

  test('can begin without a signal, and leaves nothing behind that keeps the process alive', async () => {
    const program = run(`${APP}
      listen(server)
      await sleep(100)
      const { begin } = gracefulShutdown({ watchman, servers: server, delay: 0 })
      process.on('beforeExit', () => console.log('nothing is', 'left'))
      await Promise.all([begin(), begin()])
    `)
    expect(await program.ended).toBe(0)
    expect(program.output()).toContain('nothing is left')
  })
})

const watchman = createWatchman()

test.each([
  [undefined, 'options of gracefulShutdown must be an object'],
  [{}, 'gracefulShutdown needs the option watchman: what createWatchman returns'],
  [{ watchman: {} }, 'option watchman of gracefulShutdown must be what createWatchman returns'],
  [{ watchman, server: [] }, 'gracefulShutdown has no option "server": its options are watchman, servers'],
  [{ watchman, servers: 3000 }, 'option servers of gracefulShutdown must be a server of node:http'],
  [{ watchman, servers: [{}] }, 'option servers of gracefulShutdown'],
  [{ watchman, delay: -1 }, 'option delay of gracefulShutdown must be a number from 0 to 2147483647, not -1'],
  [{ watchman, delay: Number.NaN }, 'option delay'],
  [{ watchman, timeout: '30s' }, 'option timeout of gracefulShutdown must be a number'],
  [
    { watchman, signals: 'SIGTERM' },
    "must be an array of signals, such as ['SIGTERM', 'SIGINT'], not a string",
  ],
  [
    { watchman, signals: ['SIGBREAK'] },
    `"SIGBREAK", which a process cannot receive on ${process.platform}: use`,
  ],
  [{ watchman, signals: ['SIGKILL'] }, '"SIGKILL", which a process cannot receive'],
  [{ watchman, signals: ['sigterm'] }, '"sigterm", which a process cannot receive'],
  [{ watchman, onShutdown: 'end' }, 'option onShutdown of gracefulShutdown must be a function'],
  [{ watchman, logger: {} }, 'option logger of gracefulShutdown must be an object with the methods'],
])('gracefulShutdown refuses what cannot work, case %#, and says what is right', (options, message) => {
  expect(() => gracefulShutdown(untyped(options))).toThrow(message)
  expect(process.listeners('SIGTERM').filter(({ name }) => name === 'onSignal')).toEqual([])
})

test('gracefulShutdown refuses a second call until the first is cancelled', () => {
  const first = gracefulShutdown({ watchman })
  expect(() => gracefulShutdown({ watchman })).toThrow('gracefulShutdown was called before in this process')
  first.cancel()
  first.cancel()
  gracefulShutdown({ watchman }).cancel()
  expect(process.listeners('SIGTERM').filter(({ name }) => name === 'onSignal')).toEqual([])
})
