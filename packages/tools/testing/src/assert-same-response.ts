import { deepEqual, equal } from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Watchman } from '@watchman/core'
import { handleOf, splitTarget } from '@watchman/core/adapter'
import type { AdapterSubject } from './adapter-subject.ts'
import { type HttpRequestOptions, type HttpResponse, httpRequest } from './http-request.ts'
import { serve } from './serve.ts'

/** Headers that an adapter must not add where the watchman does not send them. */
const NOT_ADDED = [
  'allow',
  'content-type',
  'etag',
  'location',
  'www-authenticate',
  'x-content-type-options',
  'x-watchman-failing',
  'x-watchman-held',
  'x-watchman-unknown',
  'x-watchman-version',
]

/**
 * Asserts that an adapter sends the response of the watchman: its status, headers and bytes. Returns the response.
 * `create` makes the watchman to mount, and the same one to compare with.
 */
export async function assertSameResponse(
  { mount, parsesUrls = false }: AdapterSubject,
  create: () => Watchman,
  target: string,
  options: HttpRequestOptions = {},
): Promise<HttpResponse> {
  const { method = 'GET', headers = [] } = options
  const toRequest = (path: string) =>
    new Request(`http://status.test${path.replace(/^(?!\/)/, '/')}`, { method, headers: toPairs(headers) })
  const expected = parsesUrls
    ? await answerParsed(create, target, toRequest)
    : [await answerRaw(create(), target, toRequest)]

  const received: HttpResponse[] = []
  await serve(mount(create()), async ({ url }) => {
    received.push(await httpRequest(`${url}${target}`, options))
  })
  const [response] = received
  if (!response) throw new Error('no response')
  assertOneOf(response, expected, method)
  return response
}

/** The response of a watchman to a target below its mount, exactly as it was sent. */
async function answerRaw(
  watchman: Watchman,
  target: string,
  toRequest: (target: string) => Request,
): Promise<HttpResponse> {
  const request = toRequest(target)
  const { method, headers } = request
  const handle = handleOf(watchman, 'adapterCases')
  const response = await handle({
    ...splitTarget(target),
    method,
    header: (name) => headers.get(name) ?? undefined,
    request: () => request,
  })
  if (!('kind' in response)) return read(response)
  return { status: response.status, headers: new Headers(response.headers), text: response.body }
}

/**
 * The responses of `watchman.fetch` to a target. They differ only for targets that frameworks parse in different ways: as URLs,
 * also with unreserved characters decoded, or hardly at all.
 */
async function answerParsed(
  create: () => Watchman,
  target: string,
  toRequest: (target: string) => Request,
): Promise<readonly HttpResponse[]> {
  const { path, search } = splitTarget(target)
  const decoded = path.replace(/%(?:2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f|7e)/gi, decodeURIComponent)
  return [
    await read(await create().fetch(toRequest(target))),
    await read(await create().fetch(toRequest(`${decoded}${search}`))),
    await answerRaw(create(), target, toRequest),
  ]
}

async function read(response: Response): Promise<HttpResponse> {
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Asserts that a response is one of those expected; if it matches none, the error shows how it differs from the first. */
function assertOneOf(response: HttpResponse, expected: readonly HttpResponse[], method: string): void {
  const names = [...new Set([...expected.flatMap(({ headers }) => [...headers.keys()]), ...NOT_ADDED])]
  const compare = ({ status, headers, text }: HttpResponse) => ({
    status,
    text: method === 'HEAD' ? '' : text,
    headers: valuesOf(headers, names),
  })
  const actual = { ...compare(response), text: response.text }
  const all = expected.map(compare)
  if (!all.some((one) => isDeepStrictEqual(actual, one))) deepEqual(actual, all[0])
  const length = response.headers.get('content-length')
  if (length !== null && method !== 'HEAD') equal(length, `${Buffer.byteLength(response.text)}`)
}

/** Names and values in turn, as pairs. */
function toPairs(headers: readonly string[]): [string, string][] {
  return headers.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  )
}

/** The values of headers, without durations, which differ between runs. */
function valuesOf(headers: Headers, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, headers.get(name)?.replace(/dur=\d+\.\d/g, 'dur=')]))
}
