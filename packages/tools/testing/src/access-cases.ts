import { deepEqual, equal, match } from 'node:assert/strict'
import type { WatchmanOptions } from '@watchman/core'
import type { AdapterSubject } from './adapter-subject.ts'
import { assertSameResponse } from './assert-same-response.ts'
import type { Case } from './case.ts'
import { healthy } from './fixtures.ts'
import { httpRequest } from './http-request.ts'
import { serve } from './serve.ts'

const TOKEN = 'a long token, of two "words"'
const PLAIN = 'plain'
const QUERY = `watchman-token=${encodeURIComponent(TOKEN)}`

const CREDENTIALS: readonly (readonly [how: string, query: string, headers: readonly string[]])[] = [
  ['no token', '', []],
  ['no token, as a browser', '', ['Accept', 'text/html,*/*;q=0.8']],
  ['a token in the query', `?${QUERY}`, []],
  ['a wrong token in the query', '?watchman-token=wrong', []],
  ['two tokens in the query', `?watchman-token=wrong&${QUERY}`, []],
  ['a token in the header', '', ['Authorization', `WATCHMAN-TOKEN Token="${TOKEN}"`]],
  ['an unquoted token in the header', '', ['Authorization', `WATCHMAN-TOKEN Token=${TOKEN}`]],
  ['a bearer token', '', ['Authorization', `Bearer ${TOKEN}`]],
  ['a bearer token under a name in capitals', '', ['AUTHORIZATION', `bearer ${TOKEN}`]],
  ['a token as the password', '', ['Authorization', `Basic ${btoa(`me:${TOKEN}`)}`]],
  ['a wrong password', '', ['Authorization', `Basic ${btoa('me:wrong')}`]],
  [
    'a token among other parameters in the header',
    '',
    ['Authorization', `WATCHMAN-TOKEN Foo="bar" Token="${PLAIN}"`],
  ],
  ['a wrong bearer token', '', ['Authorization', 'Bearer wrong']],
  [
    'two headers, the first of them right',
    '',
    ['Authorization', `Bearer ${TOKEN}`, 'Authorization', 'Bearer x'],
  ],
  [
    'two headers, the second of them right',
    '',
    ['Authorization', 'Bearer x', 'authorization', `Bearer ${TOKEN}`],
  ],
  ['an empty header', '', ['Authorization', '']],
  ['a header beyond ASCII', '', ['Authorization', 'Bearer \u00fc\u00df']],
]

const AUTHORIZE: readonly (readonly [how: string, authorize: NonNullable<WatchmanOptions['authorize']>])[] = [
  ['allows', ({ headers }) => headers.get('x-own') === 'yes'],
  ['refuses', async () => false],
  [
    'throws',
    () => {
      throw new Error('secret detail')
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret detail'))],
  ['redirects', () => Response.redirect('http://status.test/login?back=%2F')],
  [
    'returns a response',
    () =>
      new Response('sign in', {
        status: 401,
        headers: { 'WWW-Authenticate': 'Basic', 'Content-Type': 'text/plain' },
      }),
  ],
]

/** Tokens and `authorize`. */
export function accessCases(subject: AdapterSubject): readonly Case[] {
  return [
    ...['/', '/dashboard', '/bare', '/ping'].flatMap((path) =>
      CREDENTIALS.map(([how, query, headers]) => ({
        name: `GET ${path} with ${how} gets the response of the watchman`,
        async run() {
          const create = () => healthy({ tokens: [TOKEN, PLAIN], exposeVersion: true })
          await assertSameResponse(subject, create, `${path}${query}`, { headers })
        },
      })),
    ),
    ...AUTHORIZE.flatMap(([how, authorize]) =>
      ['GET', 'HEAD'].map((method) => ({
        name: `${method} gets the response of the watchman when authorize ${how}`,
        async run() {
          const headers = ['X-Own', 'yes']
          await assertSameResponse(subject, () => healthy({ authorize }), '/', { method, headers })
        },
      })),
    ),
    {
      name: 'a response of authorize keeps its cookies separate',
      run: () => {
        const headers = [
          ['Set-Cookie', 'a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT'],
          ['Set-Cookie', 'b=2'],
          ['Location', '/login'],
        ] satisfies [string, string][]
        const authorize = () => new Response(null, { status: 303, headers })
        return serve(subject.mount(healthy({ authorize })), async ({ url }) => {
          const response = await httpRequest(`${url}/`)
          deepEqual([response.status, response.headers.get('location')], [303, '/login'])
          deepEqual(response.headers.getSetCookie(), [headers[0]?.[1], 'b=2'])
        })
      },
    },
    {
      name: 'authorize and checks see the whole URL and the headers',
      run: () => {
        const seen: (readonly [string, string | null, boolean])[] = []
        const authorize = (request: Request) => {
          seen.push([request.url, request.headers.get('x-own'), request instanceof Request])
          return true
        }
        return serve(subject.mount(healthy({ authorize })), async ({ url }) => {
          const host = 'status.test:8080'
          const { text } = await httpRequest(`${url}/?check=echo&x=1`, {
            headers: ['Host', host, 'X-Own', 'yes'],
          })
          equal(text, '{"echo":{"method":"GET","search":"?check=echo&x=1","own":"yes"}}')
          const [[href = '', own, isRequest] = []] = seen
          deepEqual([own, isRequest], ['yes', true])
          const { hostname, search, pathname } = new URL(href)
          deepEqual([hostname, search], ['status.test', '?check=echo&x=1'])
          match(pathname, /\/$/)
        })
      },
    },
  ]
}
