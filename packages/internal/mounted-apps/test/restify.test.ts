import { nodeHandler } from '@watchman/node'
import { listen } from '@watchman/testing'
import restify from 'restify' // first: it changes the prototypes of Node's requests and responses
import { describe, expect, onTestFinished, test } from 'vitest'
import { apps } from '../src/apps.ts'
import { expectAnswers } from './expect-answers.ts'
import { send } from './send.ts'

describe('beside restify', () => {
  test.each(apps.map((app) => [app.name, app] as const))('%s answers', async (_name, app) => {
    await expectAnswers(app)
  })

  test('a server of restify answers, and keeps its own routes', async () => {
    await expectAnswers({
      name: 'restify',
      async start(watchman) {
        const app = restify.createServer()
        app.pre(nodeHandler(watchman, { prefix: '/watchman' }))
        app.get('/own', (_request, response, next) => {
          response.send('own')
          next()
        })
        const server = await listen(app.server, '/watchman')
        onTestFinished(server.close)
        expect(await send(server.url, '/own')).toMatch(/^HTTP\/1\.1 200 .*own/s)
        return server
      },
    })
  })
})
