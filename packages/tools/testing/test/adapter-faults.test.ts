import type { Watchman } from '@watchman/core'
import { type AdapterRequest, type Handle, handleOf, type TextResponse } from '@watchman/core/adapter'
import { type AdapterSubject, adapterCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { mount, serve } from './plain-adapter.ts'

/** What an adapter with a fault does with a request. */
type Faulty = (handle: Handle, request: AdapterRequest) => ReturnType<Handle>

/** An adapter that changes the request. */
function requesting(change: (request: AdapterRequest) => Partial<AdapterRequest>): Faulty {
  return (handle, request) => handle({ ...request, ...change(request) })
}

/** An adapter that changes the headers of the response. */
function responding(change: (headers: Headers) => void): Faulty {
  return async (handle, request) => {
    const response = await handle(request)
    const headers = new Headers(response.headers)
    change(headers)
    if (isText(response)) return { ...response, headers: Object.fromEntries(headers) }
    return new Response(response.body, { status: response.status, headers })
  }
}

const faults: readonly (readonly [fault: string, faulty: Faulty, found: RegExp])[] = [
  ['decodes paths', requesting(({ path }) => ({ path: decode(path) })), /^GET \/ping%2F/],
  [
    'removes duplicate slashes',
    requesting(({ path }) => ({ path: path.replace(/\/+/g, '/') })),
    /^GET \/\/ping/,
  ],
  [
    'resolves dot segments',
    requesting(({ path }) => ({ path: new URL(`http://status.test${path}`).pathname })),
    /^GET \/x\/\.\.\/ping/,
  ],
  [
    'takes a backslash for a slash',
    requesting(({ path }) => ({ path: path.replaceAll('\\', '/').replace('//', '/') })),
    /^GET \/\\ping/,
  ],
  [
    'removes matrix parameters',
    requesting(({ path }) => ({ path: path.replace(/;.*/, '') })),
    /reaches it by matrix parameters$/,
  ],
  ['ignores case', requesting(({ path }) => ({ path: path.toLowerCase() })), /^GET \/PING/],
  ['ignores the query', requesting(() => ({ search: '' })), /^GET \/\?check=databases gets/],
  ['ignores headers', requesting(() => ({ header: () => undefined })), /^GET \/ with a bearer token/],
  [
    'passes on no other header than Authorization',
    requesting(({ header }) => ({
      header: (name) => (name === 'authorization' ? header(name) : undefined),
    })),
    /tokens are set, it answers as the table says/,
  ],
  [
    'does not ask a browser to sign in',
    responding((headers) => headers.delete('www-authenticate')),
    /^GET \/ with no token, as a browser/,
  ],
  [
    'loses which targets are failing',
    responding((headers) => headers.delete('x-watchman-failing')),
    /is failing and its tokens are absent/,
  ],
  [
    'gives HEAD the length of an empty body',
    async (handle, request) => {
      const response = await handle(request)
      if (request.method !== 'HEAD') return response
      const { status, headers } = response
      return new Response(null, {
        status,
        headers: { ...Object.fromEntries(new Headers(headers)), 'content-length': '0' },
      })
    },
    /is ok and its tokens are absent/,
  ],
  [
    'keeps only the first of several headers',
    requesting(({ header }) => ({ header: (name) => header(name)?.split(', Bearer')[0] })),
    /^GET \/ with two headers, the first/,
  ],
  [
    'answers HEAD like GET of another path',
    requesting(({ method, path }) => ({ path: method === 'HEAD' ? '/ping' : path })),
    /^HEAD \/unknown/,
  ],
  [
    'treats POST as GET',
    requesting(({ method }) => ({ method: method.replace('POST', 'GET') })),
    /^POST \/ /,
  ],
  ['adds an ETag', responding((headers) => headers.set('etag', '"1"')), /^GET \/ping/],
  ['adds a type', responding((headers) => headers.set('content-type', 'text/html')), /^GET \/bare/],
  ['loses a header', responding((headers) => headers.delete('cache-control')), /^GET the mount/],
  [
    'loses why readiness is held',
    responding((headers) => headers.delete('x-watchman-held')),
    /^GET \/ .* while readiness is held/,
  ],
  [
    'joins cookies',
    responding((headers) => {
      const all = headers.getSetCookie().join(', ')
      if (all) headers.set('set-cookie', all)
    }),
    /keeps its cookies separate/,
  ],
  [
    'buffers streams',
    async (handle, request) => {
      const response = await handle(request)
      return isText(response) ? response : new Response(await response.arrayBuffer(), response)
    },
    /^a stream is sent while it is written/,
  ],
  [
    'hides the signal',
    requesting(({ request }) => ({
      request: () => new Request(request(), { signal: new AbortController().signal }),
    })),
    /^a client that disconnects/,
  ],
  [
    'makes up a request',
    requesting(() => ({ request: () => new Request('http://localhost/') })),
    /^authorize and checks see/,
  ],
]

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function isText(response: TextResponse | Response): response is TextResponse {
  return 'kind' in response
}

/** The names of the cases that fail, among those that `found` matches. */
async function failing(subject: AdapterSubject, found: RegExp): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of adapterCases(subject)) {
    if (found.test(name)) await run().catch(() => failed.push(name))
  }
  return failed
}

describe('the cases find an adapter that', () => {
  test.concurrent.each(faults)('%s', async (_fault, faulty, found) => {
    expect(await failing({ mount }, found)).toEqual([])
    const mountFaulty = (watchman: Watchman) => {
      const handle = handleOf(watchman, 'an adapter with a fault')
      return serve((request) => faulty(handle, request))
    }
    expect(await failing({ mount: mountFaulty }, found)).not.toEqual([])
  })
})

test('an adapter that is given parsed URLs cannot keep targets as they were sent', async () => {
  const mountFetch = (watchman: Watchman) => serve(({ request }) => watchman.fetch(request()))
  const found = /^GET \/(?:\.|x\/\.\.)/
  expect(await failing({ mount: mountFetch, parsesUrls: true }, found)).toEqual([])
  expect(await failing({ mount: mountFetch }, found)).not.toEqual([])
})
