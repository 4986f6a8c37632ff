import { createServer, IncomingMessage, type RequestListener } from 'node:http'
import { createSecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { Endpoint } from '@watchman/core/adapter'
import { createCertificate } from '@watchman/test-helpers/certificate'
import { type AdapterSubject, adapterCases, listen } from '@watchman/testing'
import { describe, test } from 'vitest'
import { nodeHandler } from '../src/index.ts'

const certificate = await createCertificate()
const isRaw = (raw: unknown) => raw instanceof IncomingMessage
const app: RequestListener = (request, response) => {
  response.statusCode = request.url === '/beside' ? 200 : 404
  response.end('app')
}

/** The same for a whole watchman and for a single view. */
function subject(
  mount: (endpoint: Endpoint) => ReturnType<AdapterSubject['mount']>,
  beside?: string,
): AdapterSubject {
  return { mount, mountView: mount, isRaw, beside }
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  'node:http': subject((endpoint) => listen(createServer(nodeHandler(endpoint)))),
  'node:http below a prefix': subject((endpoint) => {
    const handler = nodeHandler(endpoint, { prefix: '/a/b.c/watchman' })
    const server = createServer((request, response) =>
      handler(request, response, () => app(request, response)),
    )
    return listen(server, '/a/b.c/watchman')
  }, '/beside'),
  'node:https': subject((endpoint) => listen(createHttpsServer(certificate, nodeHandler(endpoint)))),
  'node:http2, requested in HTTP/1.1': subject((endpoint) => {
    const options = { ...certificate, allowHTTP1: true }
    return listen(createSecureServer(options, nodeHandler(endpoint)))
  }),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})
