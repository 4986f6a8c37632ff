import type { Awaitable, Watchman } from '@watchman/core'
import { type AdapterSubject, adapterCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { mount, pathOf, serve } from './plain-adapter.ts'

/** An adapter with a fault: what it answers in place of the watchman. */
type Faulty = (watchman: Watchman, request: Request) => Awaitable<Response>

/** A copy of a response with other headers. */
async function changed(given: Awaitable<Response>, change: (headers: Headers) => void): Promise<Response> {
  const response = new Response((await given).body, await given)
  change(response.headers)
  return response
}

const answer: Faulty = ({ handle }, request) => handle(request, { path: pathOf(request) })

const faults: readonly (readonly [fault: string, faulty: Faulty, found: RegExp])[] = [
  [
    'decodes paths',
    ({ handle }, request) => handle(request, { path: decode(pathOf(request)) }),
    /^GET \/ping%2F/,
  ],
  [
    'tidies paths up',
    ({ handle }, request) => handle(request, { path: pathOf(request).replace(/\/+/g, '/') }),
    /^GET \/\/ping/,
  ],
  [
    'ignores case',
    ({ handle }, request) => handle(request, { path: pathOf(request).toLowerCase() }),
    /^GET \/PING/,
  ],
  [
    'ignores the query',
    ({ handle }, { url, method }) =>
      handle(new Request(url.replace(/\?.*/, ''), { method }), { path: pathOf(new Request(url)) }),
    /^GET \/\?check=databases answers/,
  ],
  [
    'drops headers',
    ({ handle }, { url, method }) => handle(new Request(url, { method }), { path: pathOf(new Request(url)) }),
    /^GET \/ with a bearer token/,
  ],
  [
    'answers HEAD as GET of another URL',
    (watchman, request) => (request.method === 'HEAD' ? watchman.ping(request) : answer(watchman, request)),
    /^HEAD \/unknown/,
  ],
  [
    'takes POST for GET',
    (watchman, request) =>
      answer(watchman, request.method === 'POST' ? new Request(request, { method: 'GET' }) : request),
    /^POST \/ /,
  ],
  [
    'adds an ETag',
    (watchman, request) => changed(answer(watchman, request), (headers) => headers.set('etag', '"1"')),
    /^GET \/ping/,
  ],
  [
    'adds a type',
    (watchman, request) =>
      changed(answer(watchman, request), (headers) => headers.set('content-type', 'text/html')),
    /^GET \/bare/,
  ],
  [
    'loses a header',
    (watchman, request) => changed(answer(watchman, request), (headers) => headers.delete('cache-control')),
    /^GET the mount/,
  ],
  [
    'joins cookies',
    (watchman, request) =>
      changed(answer(watchman, request), (headers) => {
        const all = headers.getSetCookie().join(', ')
        if (all) headers.set('set-cookie', all)
      }),
    /keeps its cookies apart/,
  ],
  [
    'buffers streams',
    async (watchman, request) => {
      const response = await answer(watchman, request)
      return new Response(await response.arrayBuffer(), response)
    },
    /^a view that streams/,
  ],
  [
    'hides the signal',
    ({ handle }, { url, method, headers }) =>
      handle(new Request(url, { method, headers }), { path: pathOf(new Request(url)) }),
    /^a client that goes away/,
  ],
]

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** The names of the cases that fail, among those that `found` matches. */
async function failing(subject: AdapterSubject, found: RegExp): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of adapterCases(subject)) {
    if (found.test(name)) await run().catch(() => failed.push(name))
  }
  return failed
}

describe('an adapter that', () => {
  test.concurrent.each(faults)('%s is found out', async (_fault, faulty, found) => {
    expect(await failing({ mount }, found)).toEqual([])
    const faultyMount = (watchman: Watchman) => serve((request) => faulty(watchman, request))
    expect(await failing({ mount: faultyMount }, found)).not.toEqual([])
  })
})
