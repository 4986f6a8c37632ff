import { createServer } from 'node:http'
import { expressHandler } from '@watchman/express'
import { listen } from '@watchman/testing'
import express, { type RequestHandler } from 'express'
import express4 from 'express-4'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

const guard: RequestHandler = (_request, response) => void response.status(403).send(REFUSAL)

/** Mounts it with `app.use`. */
function used(name: string, framework: typeof express): MountedApp {
  return {
    name,
    ignoresCase: true,
    start(watchman) {
      const app = framework().disable('x-powered-by')
      app.use('/watchman/dashboard', guard)
      app.use('/watchman', expressHandler(watchman))
      return listen(createServer(app), '/watchman')
    },
  }
}

/** Mounts it in a router, while the guard belongs to the app. */
function routed(name: string, framework: typeof express): MountedApp {
  return {
    name,
    ignoresCase: true,
    start(watchman) {
      const app = framework().disable('x-powered-by')
      app.use('/api/watchman/dashboard', guard)
      app.use('/api', framework.Router().use('/watchman', expressHandler(watchman)))
      return listen(createServer(app), '/api/watchman')
    },
  }
}

export const expressApps: readonly MountedApp[] = [
  used('Express 4', express4),
  used('Express 5', express),
  routed('a router of Express 4', express4),
  routed('a router of Express 5', express),
]
