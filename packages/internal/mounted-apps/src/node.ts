import { createServer } from 'node:http'
import { nodeHandler } from '@watchman/node'
import { listen } from '@watchman/testing'
import { type MountedApp, REFUSAL } from './mounted-app.ts'

export const node: MountedApp = {
  name: 'node:http',
  start(watchman) {
    const handler = nodeHandler(watchman, { prefix: '/watchman' })
    const server = createServer((request, response) => {
      const target = `${request.url}`
      const path = URL.canParse(target, 'http://localhost')
        ? new URL(target, 'http://localhost').pathname
        : ''
      if (/^\/watchman\/dashboard(?:\/|$)/.test(path)) response.writeHead(403).end(REFUSAL)
      else handler(request, response)
    })
    return listen(server, '/watchman')
  },
}
