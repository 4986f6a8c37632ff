import { createServer } from 'node:http'
import { koaHandler } from '@watchman/koa'
import { listen } from '@watchman/testing'
import Koa, { type Middleware } from 'koa'
import mount from 'koa-mount'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

const guard: Middleware = async (context, next) => {
  if (!/^\/watchman\/dashboard(?:\/|$)/.test(context.path)) {
    await next()
    return
  }
  context.status = 403
  context.body = REFUSAL
}

function started(app: Koa) {
  app.silent = true // Koa cannot parse some of the targets
  return listen(createServer(app.callback()), '/watchman')
}

export const koaApps: readonly MountedApp[] = [
  {
    name: 'Koa',
    start: (watchman) => started(new Koa().use(guard).use(koaHandler(watchman, { prefix: '/watchman' }))),
  },
  {
    name: 'koa-mount',
    start: (watchman) => started(new Koa().use(guard).use(mount('/watchman', koaHandler(watchman)))),
  },
]
