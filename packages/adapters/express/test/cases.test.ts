import { createServer } from 'node:http'
import type { Endpoint } from '@watchman/core/adapter'
import { type AdapterSubject, adapterCases, listen } from '@watchman/testing'
import express, { type Express } from 'express'
import express4 from 'express-4'
import express5 from 'express-5'
import oldestExpress from 'express-oldest'
import { describe, test } from 'vitest'
import { expressHandler, expressRequest } from '../src/index.ts'

const { signal } = new AbortController()

/** An app with the endpoint mounted, and a route beside it. */
function subject(path: string, make: (endpoint: Endpoint) => Express, ignoresCase = true): AdapterSubject {
  const mount = (endpoint: Endpoint) => {
    const app = make(endpoint)
    app.get('/beside', (_, response) => response.end('app'))
    return listen(createServer(app), path)
  }
  const isRaw = (raw: unknown) => expressRequest({ raw, signal }) !== undefined
  return { mount, mountView: mount, isRaw, beside: '/beside', ignoresCase }
}

/** Mounts it with `app.use` of some version. */
function used(framework: () => Express): AdapterSubject {
  return subject('/deep/er/watchman', (endpoint) =>
    framework().use('/deep/er/watchman', expressHandler(endpoint)),
  )
}

const subjects: Readonly<Record<string, AdapterSubject>> = {
  'Express 4.0.0': used(oldestExpress),
  'the newest Express 4': used(express4),
  'Express 5.0.0': used(express5),
  'the newest Express': used(express),
  'a router below a parameter': subject('/acme/v1/watchman', (endpoint) => {
    const router = express.Router().use('/watchman', expressHandler(endpoint))
    return express().use('/:tenant/v1', router)
  }),
  'an app in an app': subject('/sub/watchman', (endpoint) =>
    express().use('/sub', express().use('/watchman', expressHandler(endpoint))),
  ),
  'strict and case sensitive routing': subject(
    '/watchman',
    (endpoint) =>
      express()
        .enable('strict routing')
        .enable('case sensitive routing')
        .use('/watchman', expressHandler(endpoint)),
    false,
  ),
  'a mount in capitals, asked in small letters': subject('/watchman', (endpoint) =>
    express().use('/WATCHMAN/', expressHandler(endpoint)),
  ),
  'behind a proxy whose prefix is cut': subject('/prefix/watchman', (endpoint) =>
    express()
      .enable('trust proxy')
      .use((request, _response, next) => {
        request.url = request.url.replace('/prefix', '')
        next()
      })
      .use('/watchman', expressHandler(endpoint)),
  ),
}

describe.each(Object.entries(subjects))('%s', (_name, one) => {
  for (const { name, run } of adapterCases(one)) test(name, run)
})
