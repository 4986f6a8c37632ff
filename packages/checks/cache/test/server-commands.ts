import { connect } from 'node:net'
import type { Server } from '@watchman/servers'

/** Sends lines to a server over a new connection; resolves with what it received. */
export function sendLines({ host, port }: Server, ...lines: readonly string[]): Promise<string> {
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
  return Number(/:(\d+)/.exec(await sendLines(server, 'DBSIZE'))?.[1])
}

/** How often a Redis has run each command that a probe can send. */
export async function callsOf(server: Server): Promise<Record<string, number>> {
  const stats = await sendLines(server, 'INFO commandstats')
  const calls = stats.matchAll(/cmdstat_(set|psetex|get|del|unlink):calls=(\d+)/g)
  return Object.fromEntries([...calls].map(([, name, count]) => [name, Number(count)]))
}

/** A statistic of a memcached. */
export async function statOf(server: Server, name: string): Promise<number> {
  return Number(new RegExp(`STAT ${name} (\\d+)`).exec(await sendLines(server, 'stats'))?.[1])
}
