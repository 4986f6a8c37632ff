import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Check, createWatchman } from '@watchman/core'
import type { Server } from '@watchman/servers'

/** Sends lines to a server over a new connection; resolves with what it received. */
export function ask({ host, port }: Server, ...lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, host, () => socket.write([...lines, 'quit', ''].join('\r\n')))
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (data) => {
      received += data
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(received))
  })
}

/** The number of keys in a Redis. */
export async function keysOf(server: Server): Promise<number> {
  return Number(/:(\d+)/.exec(await ask(server, 'DBSIZE'))?.[1])
}

/** How often a Redis has run each command that a probe can send. */
export async function callsOf(server: Server): Promise<Record<string, number>> {
  const stats = await ask(server, 'INFO commandstats')
  const calls = stats.matchAll(/cmdstat_(set|psetex|get|del|unlink):calls=(\d+)/g)
  return Object.fromEntries([...calls].map(([, name, count]) => [name, Number(count)]))
}

/** A statistic of a memcached. */
export async function statOf(server: Server, name: string): Promise<number> {
  return Number(new RegExp(`STAT ${name} (\\d+)`).exec(await ask(server, 'stats'))?.[1])
}

/** Makes a function that requests the JSON of a check and measures the milliseconds that it takes. */
export function endpoint(check: Check) {
  const watchman = createWatchman({ checks: [check] })
  return async () => {
    const began = performance.now()
    const response = await watchman.fetch(new Request('http://localhost/'))
    return { status: response.status, json: await response.text(), took: performance.now() - began }
  }
}

export const OK = '{"caches":[{"default":{"ok":true}}]}'

/** The JSON of a failure. */
export function failed(error: string): string {
  return `{"caches":[{"default":{"ok":false,"error":"${error}"}}]}`
}

/** Requests until the answer is ok, for at most 15 s. */
export async function recovered(ask: () => Promise<{ readonly json: string }>): Promise<string> {
  const deadline = performance.now() + 15_000
  for (;;) {
    const { json } = await ask()
    if (json === OK || performance.now() > deadline) return json
    await sleep(50)
  }
}

/** Counts the answers for which a probe was connected, so that it may have written. */
export function countReached(check: () => Promise<{ readonly json: string }>) {
  const answers: string[] = []
  return {
    async ask() {
      const answer = await check()
      if (!answer.json.includes('not connected')) answers.push(answer.json)
      return answer
    },
    reached: () => answers.length,
  }
}
