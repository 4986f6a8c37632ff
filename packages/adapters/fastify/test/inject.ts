import type { FastifyInstance, InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'

/** An app that the test closes at its end. */
export function closing(app: FastifyInstance): FastifyInstance {
  onTestFinished(() => app.close())
  return app
}

/** The status and the body of what is answered to an injected request. */
export async function inject(app: FastifyInstance, url: string, method: InjectOptions['method'] = 'GET') {
  const { statusCode, body } = await app.inject({ method, url })
  return [statusCode, body]
}
