import { deepEqual, equal, match } from 'node:assert/strict'
import type { WatchmanOptions } from '@watchman/core'
import { ask } from './ask.ts'
import type { Case } from './case.ts'
import { same } from './same.ts'
import { serve } from './serve.ts'
import type { AdapterSubject } from './subject.ts'
import { well } from './watchmen.ts'

const TOKEN = 'a long token, of two "words"'
const QUERY = `watchman-token=${encodeURIComponent(TOKEN)}`

const GIVEN: readonly (readonly [how: string, query: string, headers: readonly string[]])[] = [
  ['no token', '', []],
  ['a token in the query', `?${QUERY}`, []],
  ['a wrong token in the query', '?watchman-token=wrong', []],
  ['two tokens in the query', `?watchman-token=wrong&${QUERY}`, []],
  ['a token in the header', '', ['Authorization', `WATCHMAN-TOKEN Token="${TOKEN}"`]],
  ['an unquoted token in the header', '', ['Authorization', `WATCHMAN-TOKEN Token=${TOKEN}`]],
  ['a bearer token', '', ['Authorization', `Bearer ${TOKEN}`]],
  ['a bearer token under a name in capitals', '', ['AUTHORIZATION', `bearer ${TOKEN}`]],
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
    'answers itself',
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
      GIVEN.map(([how, query, headers]) => ({
        name: `GET ${path} with ${how} answers what watchman.fetch answers`,
        run: () =>
          same(subject, () => well({ tokens: [TOKEN], exposeVersion: true }), `${path}${query}`, { headers }),
      })),
    ),
    ...AUTHORIZE.flatMap(([how, authorize]) =>
      ['GET', 'HEAD'].map((method) => ({
        name: `${method} answers what watchman.fetch answers when authorize ${how}`,
        run: () => same(subject, () => well({ authorize }), '/', { method, headers: ['X-Own', 'yes'] }),
      })),
    ),
    {
      name: 'a response of authorize keeps its cookies apart',
      run: () => {
        const headers = [
          ['Set-Cookie', 'a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT'],
          ['Set-Cookie', 'b=2'],
          ['Location', '/login'],
        ] satisfies [string, string][]
        const authorize = () => new Response(null, { status: 303, headers })
        return serve(subject.mount(well({ authorize })), async ({ url }) => {
          const answer = await ask(`${url}/`)
          deepEqual([answer.status, answer.headers.get('location')], [303, '/login'])
          deepEqual(answer.headers.getSetCookie(), [headers[0]?.[1], 'b=2'])
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
        return serve(subject.mount(well({ authorize })), async ({ url }) => {
          const host = 'status.test:8080'
          const { text } = await ask(`${url}/?check=echo&x=1`, { headers: ['Host', host, 'X-Own', 'yes'] })
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
