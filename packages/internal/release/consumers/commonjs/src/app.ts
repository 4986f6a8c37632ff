import { once } from 'node:events'
import type { Server } from 'node:http'
import { caches } from '@watchman/cache'
import { createWatchman, defineCheck } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { databases } from '@watchman/db'
import { pgProbe } from '@watchman/db/pg'
import { expressHandler } from '@watchman/express'
import { services } from '@watchman/http'
import { tcpProbe } from '@watchman/http/tcp'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { system } from '@watchman/system'
import express from 'express'
import { Pool } from 'pg'

/** Nothing listens there. */
const nowhere = { host: '127.0.0.1', port: 1 }

export const watchman = createWatchman({
  checks: [
    databases({ orders: { probe: pgProbe(new Pool(nowhere)), critical: false } }),
    caches({ sessions: async () => 'PONG' }),
    services({ billing: { probe: tcpProbe('127.0.0.1', 1), critical: false } }),
    storage({ files: fsProbe(__dirname) }),
    system({ disks: {} }),
    defineCheck('rejected', async () => {
      throw new Error('out of stock')
    }),
  ],
  plugins: [dashboard()],
})

const app = express().use('/watchman', expressHandler(watchman))

/** Starts the app on a free port. */
export async function start(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The app listens on no port')
  return { server, url: `http://127.0.0.1:${address.port}/watchman/` }
}
