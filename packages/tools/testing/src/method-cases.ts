import { deepEqual, equal } from 'node:assert/strict'
import { ask } from './ask.ts'
import type { Case } from './case.ts'
import { same } from './same.ts'
import { serve } from './serve.ts'
import type { AdapterSubject } from './subject.ts'
import { well } from './watchmen.ts'

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'PURGE', 'REPORT', 'SEARCH']

/** Bodies that a parser in front would refuse. */
const BODIES = [
  ['JSON', 'application/json', '{"x":1}'],
  ['broken JSON', 'application/json', '{"x":'],
  ['no JSON at all', 'application/json', ''],
  ['a form', 'application/x-www-form-urlencoded', 'x=%'],
  ['an unknown type', 'application/x-unknown', 'x'],
  ['a type that is none', ';;;', 'x'],
  ['an unknown charset', 'application/json; charset=x-unknown', '{}'],
  ['more than a parser takes', 'application/json', JSON.stringify('x'.repeat(2_000_000))],
]

/** Nothing but GET and HEAD, and no body is read. */
export function methodCases(subject: AdapterSubject): readonly Case[] {
  return [
    ...METHODS.flatMap((method) =>
      ['', '/', '/ping', '/bare', '/unknown'].map((path) => ({
        name: `${method} ${path || 'the mount'} is refused as watchman.fetch refuses it`,
        run: () => same(subject, well, path, { method }),
      })),
    ),
    {
      name: 'TRACE is refused, and gives nothing of the request back',
      run: () =>
        serve(subject.mount(well()), async ({ url }) => {
          const { status, text } = await ask(`${url}/`, { method: 'TRACE', headers: ['X-Own', 'secret'] })
          equal(status >= 400, true)
          equal(text.includes('secret'), false)
        }),
    },
    ...BODIES.map(([name, type = '', body]) => ({
      name: `POST with ${name} is refused as watchman.fetch refuses it`,
      run: () => same(subject, well, '/', { method: 'POST', headers: ['Content-Type', type], body }),
    })),
    {
      name: 'GET with a body is answered',
      run: () =>
        serve(subject.mount(well()), async ({ url }) => {
          const headers = ['Content-Type', 'application/json', 'Content-Length', '5']
          const { status, text } = await ask(`${url}/ping`, { headers, body: '{"x":' })
          deepEqual([status, text], [200, 'pong'])
        }),
    },
  ]
}
