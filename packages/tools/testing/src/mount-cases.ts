import { deepEqual, equal } from 'node:assert/strict'
import { createWatchman, defineCheck, type Watchman } from '@watchman/core'
import { ask } from './ask.ts'
import type { Case } from './case.ts'
import { serve } from './serve.ts'
import type { AdapterSubject, MountedServer, ViewFunction } from './subject.ts'
import { ill, well } from './watchmen.ts'

/** What belongs to the mount itself: its neighbours, single views, the framework's own request. */
export function mountCases({ mount, mountView, isRaw, beside }: AdapterSubject): readonly Case[] {
  return [
    ...(beside ? [besideCase(mount, beside)] : []),
    ...(mountView ? viewCases(mountView) : []),
    ...(isRaw ? [rawCase('the framework’s own request reaches a check', isRaw, mount)] : []),
    ...(isRaw && mountView
      ? [rawCase('and through a single view', isRaw, ({ status }) => mountView(status))]
      : []),
  ]
}

function besideCase(mount: AdapterSubject['mount'], beside: string): Case {
  const run = () =>
    serve(mount(well()), async ({ url }) => {
      equal((await ask(new URL(beside, url).href)).text, 'app')
      const { text, headers } = await ask(`${url}x/ping`)
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
      equal((await ask(url)).text, '{"raw":true}')
    })
  return { name, run }
}

/** A view of which watchman, asked for what, and what it answers. */
type ViewRow = readonly [name: string, view: ViewFunction, query: string, status: number, text: string]

const NONE = '{"error":404,"message":"No checks found"}'
const DATABASES = '{"databases":[{"default":{"ok":true}},{"replica":{"ok":true}}]}'

function viewCases(mountView: NonNullable<AdapterSubject['mountView']>): readonly Case[] {
  const rows: readonly ViewRow[] = [
    ['bare', well().bare, '', 200, ''],
    ['bare', well().bare, '?check=unknown', 404, ''],
    ['bare', ill().bare, '', 500, ''],
    ['ping', ill().ping, '', 200, 'pong'],
    ['status', well().status, '?check=databases', 200, DATABASES],
    ['status', well().status, '?check=unknown', 404, NONE],
    ['status', well({ tokens: 'T' }).status, '', 403, '{"error":403,"message":"Forbidden"}'],
    ['status', well({ tokens: 'T' }).status, '?watchman-token=T&check=databases', 200, DATABASES],
  ]
  return [
    ...rows.map(([name, view, query, status, text]) => ({
      name: `the single view ${name} answers ${status} to ${query || 'a plain request'}`,
      run: () =>
        serve(mountView(view), async ({ url }) => {
          const answer = await ask(`${url}${query}`)
          deepEqual([answer.status, answer.text], [status, text])
          equal(answer.headers.get('cache-control'), 'no-store')
          const head = await ask(`${url}${query}`, { method: 'HEAD' })
          deepEqual([head.status, head.text], [status, ''])
        }),
    })),
    {
      name: 'a single view takes nothing but GET and HEAD',
      run: () =>
        serve(mountView(well().bare), async ({ url }) => {
          const { status, headers } = await ask(url, { method: 'POST', body: 'x' })
          deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'])
        }),
    },
  ]
}
