// Compiled, not run: what is mounted, and what a check is handed, fit the oldest types of Koa.
import { createWatchman, defineCheck } from '@watchman/core'
import Koa from 'koa'
import { koaHandler } from '../../src/index.ts'

const watchman = createWatchman({
  checks: [defineCheck('url', (_, { raw }) => ({ url: raw && 'originalUrl' in raw && raw.originalUrl }))],
})
new Koa().use(koaHandler(watchman, { prefix: '/watchman' })).use(koaHandler(watchman.bare))
