import { IncomingMessage } from 'node:http'
import type { Endpoint } from '@watchman/node/adapter'
import { adapterCases, listen } from '@watchman/testing'
import { test } from 'vitest'
import { acmeHandler } from '../src/index.ts'
import { createApp } from './app.ts'

const mount = (endpoint: Endpoint) =>
  listen(createApp('/deep/watchman', acmeHandler(endpoint)), '/deep/watchman')

const isRaw = (raw: unknown) => raw instanceof IncomingMessage && 'originalUrl' in raw

for (const { name, run } of adapterCases({ mount, mountView: mount, isRaw, beside: '/beside' })) {
  test(name, run)
}
