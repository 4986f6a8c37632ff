import { getEventListeners } from 'node:events'
import type { Probe } from '@watchman/core'
import { openSockets } from '@watchman/test-helpers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { nodemailerProbe } from '../src/nodemailer.ts'
import { clients } from './clients.ts'
import { startMailServer } from './mail-servers.ts'

/** Refuses every third login and every third recipient. */
async function startMoodyServer() {
  let asked = 0
  const refuseThird = () => {
    asked += 1
    return asked % 3 === 0 ? new Error('not now') : null
  }
  return startMailServer({
    disabledCommands: ['STARTTLS'],
    onAuth({ password }, _session, callback) {
      const error = password === 'moody' ? refuseThird() : null
      if (error) callback(error)
      else callback(null, { user: 'app' })
    },
    onRcptTo: (_address, _session, callback) => callback(refuseThird()),
    onData: (stream, _session, callback) => void stream.resume().on('end', () => callback()),
  })
}

const send = { to: 'monitoring@example.org' }
const cases = [
  // The server waits a tenth of a second before it greets.
  { name: 'that log in', runs: 1000, settings: {}, pass: 'moody', options: {} },
  { name: 'that send a mail', runs: 1000, settings: {}, pass: 'calm', options: send },
  // A pool of the oldest version takes a tenth of a second to recover from each failure.
  { name: 'of a pool', runs: 60, settings: { pool: true, maxConnections: 2 }, pass: 'calm', options: send },
] as const

describe.each(clients)('$name', ({ create }) => {
  test.each(cases)('keeps nothing of $runs runs $name, a third of which fail', async (one) => {
    const { runs, settings, pass, options } = one
    const { port, close } = await startMoodyServer()
    onTestFinished(close)
    const transporter = create({ host: '127.0.0.1', port, auth: { user: 'app', pass }, ...settings })
    const isPooled = 'pool' in settings
    const makeProbe = () => nodemailerProbe(transporter, options)
    const signals: AbortSignal[] = []
    let failures = 0
    async function runOnce(probe: Probe): Promise<void> {
      const { signal } = new AbortController()
      signals.push(signal)
      try {
        await probe(signal)
      } catch {
        failures += 1
      }
    }
    const probes = Array.from({ length: isPooled ? 1 : 50 }, makeProbe)
    for (let run = 0; run < runs; run += probes.length) await Promise.all(probes.map(runOnce))
    expect(failures).toBe(Math.floor(runs / 3))
    transporter.close() // of a pool
    expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([])
    await expect.poll(() => openSockets()).toBe(0)
  })
})
