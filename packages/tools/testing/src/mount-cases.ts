import { deepEqual, equal } from 'node:assert/strict'
import { createWatchman, defineCheck, type Watchman } from '@watchman/core'
import type { AdapterSubject, MountedServer } from './adapter-subject.ts'
import type { Case } from './case.ts'
import { failing, healthy } from './fixtures.ts'
import { httpRequest } from './http-request.ts'
import { serve } from './serve.ts'

/** The mount itself: routes beside it, single views, and the framework's own request. */
export function mountCases({ mount, mountView, isRaw, beside }: AdapterSubject): readonly Case[] {
  return [
    ...(beside ? [besideCase(mount, beside)] : []),
    ...(mountView ? singleViewCases(mountView) : []),
    ...(isRaw ? [rawCase('a check receives the framework’s own request', isRaw, mount)] : []),
    ...(isRaw && mountView
      ? [
          rawCase('a check behind a single view receives the framework’s own request', isRaw, ({ status }) =>
            mountView(status),
          ),
        ]
      : []),
  ]
}

function besideCase(mount: AdapterSubject['mount'], beside: string): Case {
  const run = () =>
    serve(mount(healthy()), async ({ url }) => {
      equal((await httpRequest(new URL(beside, url).href)).text, 'app')
      const { text, headers } = await httpRequest(`${url}x/ping`)
      deepEqual([text === 'pong', headers.has('referrer-policy')], [false, false])
    })
  return { name: 'other routes are left alone', run }
}

function rawCase(
  name: string,
  isRaw: (raw: unknown) => boolean,
  mount: (watchman: Watchman) => Promise<MountedServer>,
): Case {
  const check = defineCheck('raw', (_, { raw }) => ({ raw: isRaw(raw) }))
  const run = () =>
    serve(mount(createWatchman({ checks: [check] })), async ({ url }) => {
      equal((await httpRequest(url)).text, '{"raw":true}')
    })
  return { name, run }
}

/** A view of a watchman, and its response to a query. */
type ViewRow = readonly [name: string, view: Watchman['bare'], query: string, status: number, text: string]

const NO_CHECKS = '{"error":404,"message":"No checks found"}'
const DATABASES = '{"databases":[{"default":{"ok":true}},{"replica":{"ok":true}}]}'

function singleViewCases(mountView: NonNullable<AdapterSubject['mountView']>): readonly Case[] {
  const rows: readonly ViewRow[] = [
    ['bare', healthy().bare, '', 200, ''],
    ['bare', healthy().bare, '?check=unknown', 404, ''],
    ['bare', failing().bare, '', 500, ''],
    ['ping', failing().ping, '', 200, 'pong'],
    ['status', healthy().status, '?check=databases', 200, DATABASES],
    ['status', healthy().status, '?check=unknown', 404, NO_CHECKS],
    ['status', healthy({ tokens: 'T' }).status, '', 403, '{"error":403,"message":"Forbidden"}'],
    ['status', healthy({ tokens: 'T' }).status, '?watchman-token=T&check=databases', 200, DATABASES],
  ]
  return [
    ...rows.map(([name, view, query, status, text]) => ({
      name: `the single view ${name} answers ${status} to ${query || 'a plain request'}`,
      run: () =>
        serve(mountView(view), async ({ url }) => {
          const response = await httpRequest(`${url}${query}`)
          deepEqual([response.status, response.text], [status, text])
          equal(response.headers.get('cache-control'), 'no-store')
          const head = await httpRequest(`${url}${query}`, { method: 'HEAD' })
          deepEqual([head.status, head.text], [status, ''])
        }),
    })),
    {
      name: 'a single view accepts only GET and HEAD',
      run: () =>
        serve(mountView(healthy().bare), async ({ url }) => {
          const { status, headers } = await httpRequest(url, { method: 'POST', body: 'x' })
          deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'])
        }),
    },
  ]
}
