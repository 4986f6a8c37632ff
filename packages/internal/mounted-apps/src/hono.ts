import { createAdaptorServer } from '@hono/node-server'
import { honoHandler } from '@watchman/hono'
import { listen } from '@watchman/testing'
import { Hono } from 'hono'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

function guarded(): Hono {
  return new Hono().use('/watchman/dashboard/*', async (context) => context.text(REFUSAL, 403))
}

function served(fetch: (request: Request) => Response | Promise<Response>) {
  return listen(createAdaptorServer({ fetch }), '/watchman')
}

export const honoApps: readonly MountedApp[] = [
  {
    name: 'Hono',
    parsesUrls: true,
    start: (watchman) => served(guarded().route('/watchman', honoHandler(watchman)).fetch),
  },
  {
    name: 'a mount of Hono',
    parsesUrls: true,
    start: ({ fetch }) => served(guarded().mount('/watchman', fetch).fetch),
  },
  {
    name: 'a fetch handler that removes the mount',
    parsesUrls: true,
    start: (watchman) =>
      served((request) => {
        const url = new URL(request.url)
        if (!/^\/watchman(?:\/|$)/.test(url.pathname)) return new Response(null, { status: 404 })
        url.pathname = url.pathname.slice('/watchman'.length)
        if (/^\/dashboard(?:\/|$)/.test(url.pathname)) return new Response(REFUSAL, { status: 403 })
        const { method, headers, signal } = request
        return watchman.fetch(new Request(url, { method, headers, signal }))
      }),
  },
]
