// Compiled, not run: the middleware and the context of check functions fit the oldest types of Koa.
import { createWatchman, defineCheck } from '@watchman/core'
import Koa from 'koa'
import { koaContext, koaHandler } from '../../src/index.ts'

const watchman = createWatchman({
  checks: [defineCheck('url', (_, context) => ({ url: koaContext(context)?.originalUrl }))],
})
new Koa().use(koaHandler(watchman, { prefix: '/watchman' })).use(koaHandler(watchman.bare))
