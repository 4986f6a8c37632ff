import { deepEqual, equal } from 'node:assert/strict'
import type { AdapterSubject } from './adapter-subject.ts'
import { assertSameResponse } from './assert-same-response.ts'
import type { Case } from './case.ts'
import { healthy } from './fixtures.ts'
import { httpRequest } from './http-request.ts'
import { serve } from './serve.ts'

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE', 'REPORT', 'SEARCH']

/** Bodies that a body parser would refuse. */
const BODIES = [
  ['JSON', 'application/json', '{"x":1}'],
  ['broken JSON', 'application/json', '{"x":'],
  ['empty JSON', 'application/json', ''],
  ['a form', 'application/x-www-form-urlencoded', 'x=%'],
  ['an unknown type', 'application/x-unknown', 'x'],
  ['an invalid type', ';;;', 'x'],
  ['an unknown charset', 'application/json; charset=x-unknown', '{}'],
  ['a body too large for a parser', 'application/json', JSON.stringify('x'.repeat(2_000_000))],
]

/** Only GET and HEAD are accepted, and no body is read. */
export function methodCases(subject: AdapterSubject): readonly Case[] {
  return [
    ...METHODS.flatMap((method) =>
      ['', '/', '/ping', '/bare', '/dashboard', '/unknown'].map((target) => ({
        name: `${method} ${target || 'the mount'} is refused with the response of the watchman`,
        run: async () => void (await assertSameResponse(subject, healthy, target, { method })),
      })),
    ),
    {
      name: 'TRACE is refused, and the response contains nothing of the request',
      run: () =>
        serve(subject.mount(healthy()), async ({ url }) => {
          const headers = ['X-Own', 'secret']
          const { status, text } = await httpRequest(`${url}/`, { method: 'TRACE', headers })
          equal(status >= 400, true)
          equal(text.includes('secret'), false)
        }),
    },
    ...BODIES.map(([name, type = '', body]) => ({
      name: `POST with ${name} is refused with the response of the watchman`,
      async run() {
        const headers = ['Content-Type', type]
        await assertSameResponse(subject, healthy, '/', { method: 'POST', headers, body })
      },
    })),
    {
      name: 'GET with a body is answered',
      run: () =>
        serve(subject.mount(healthy()), async ({ url }) => {
          const headers = ['Content-Type', 'application/json', 'Content-Length', '5']
          const { status, text } = await httpRequest(`${url}/ping`, { headers, body: '{"x":' })
          deepEqual([status, text], [200, 'pong'])
        }),
    },
  ]
}
