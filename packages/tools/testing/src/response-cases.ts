import { deepEqual, equal } from 'node:assert/strict'
import {
  createWatchman,
  defineProbeCheck,
  type Plugin,
  type Watchman,
  type WatchmanOptions,
} from '@watchman/core'
import { degraded } from '@watchman/core/driver'
import type { AdapterSubject } from './adapter-subject.ts'
import type { Case } from './case.ts'
import { type HttpRequestOptions, httpRequest } from './http-request.ts'
import {
  type AccessRow,
  type ExpectedResponse,
  responseTable,
  type TokensSetting,
  type WatchmanState,
} from './response-table.ts'
import { serve } from './serve.ts'

/** Accepted by browsers that open a page. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** How long a report waits for the probe that hangs, in milliseconds. */
const DEADLINE = 20

const TOKENS: Readonly<Record<TokensSetting, Pick<WatchmanOptions, 'tokens'>>> = {
  absent: {},
  false: { tokens: false },
  undefined: { tokens: undefined },
  empty: { tokens: [] },
  set: { tokens: responseTable.tokens },
}

const PROBES: Readonly<Record<WatchmanState, () => unknown>> = {
  ok: () => undefined,
  degraded: () => Promise.reject(degraded('connection refused')),
  failing: () => Promise.reject(new Error('connection refused')),
  pending: () => new Promise(() => {}),
  held: () => undefined,
  closed: () => undefined,
}

/** The headers that are compared, also where a response must not have them. */
const NAMES: ReadonlySet<string> = new Set(
  [
    { headers: responseTable.common },
    ...Object.values(responseTable.refusals),
    ...responseTable.states,
    ...responseTable.requests,
  ].flatMap(({ headers }) => Object.keys(headers)),
)

const pages: Plugin = {
  name: 'pages',
  setup(host) {
    const headers = { 'Content-Type': 'text/plain' }
    host.view('open', () => new Response('open', { headers }), { open: true })
    host.view('protected', async ({ selected }) => new Response((await selected.report()).state, { headers }))
  },
}

function watchmanIn(state: WatchmanState, tokens: TokensSetting): Watchman {
  const watchman = createWatchman({
    checks: [defineProbeCheck('email', PROBES[state])],
    plugins: [pages],
    ...(state === 'pending' && { deadline: DEADLINE }),
    ...TOKENS[tokens],
  })
  if (state === 'held') watchman.holdReadiness('draining')
  if (state === 'closed') void watchman.close()
  return watchman
}

/** The table of responses holds: by state, view, token, client and method. */
export function responseCases({ mount }: AdapterSubject): readonly Case[] {
  const states = [...new Set(responseTable.states.map(({ state }) => state))]
  const settings = [...new Set(responseTable.access.map(({ tokens }) => tokens))]
  return [
    ...states.flatMap((state) =>
      settings.map((tokens) => ({
        name: `while the watchman is ${state} and its tokens are ${tokens}, it answers as the table says`,
        run: () => {
          const access = responseTable.access.filter((row) => row.tokens === tokens)
          // Who is refused does not depend on the state.
          const rows = state === 'ok' ? access : access.slice(0, 2)
          return serve(mount(watchmanIn(state, tokens)), async ({ url }) => {
            for (const row of rows) await assertAccess(url, state, row)
          })
        },
      })),
    ),
    {
      name: 'unknown names, paths and methods are answered as the table says',
      run: () =>
        serve(mount(watchmanIn('ok', 'absent')), async ({ url }) => {
          for (const row of responseTable.requests) {
            await assertResponse(`${url}${row.target}`, row, { method: row.method })
          }
        }),
    },
  ]
}

/** Requests every view with some credentials. */
async function assertAccess(url: string, state: WatchmanState, row: AccessRow): Promise<void> {
  const { query = '', authorization = [] } = row
  const sent = authorization.flatMap((value) => ['Authorization', value])
  const clients = [
    { access: row.machine, headers: sent },
    { access: row.browser, headers: [...sent, 'Accept', BROWSER] },
  ]
  const views = responseTable.states.filter((one) => one.state === state)
  await Promise.all(
    views.flatMap((view) =>
      clients.map(async ({ access, headers }) => {
        const isAllowed = responseTable.openViews.includes(view.view) || access === 'allowed'
        const expected = isAllowed ? view : responseTable.refusals[access]
        await assertResponse(`${url}${view.view}${query && `?${query}`}`, expected, { headers })
      }),
    ),
  )
}

/** Requests a URL, by HEAD too where by GET. */
async function assertResponse(
  url: string,
  expected: ExpectedResponse,
  options: HttpRequestOptions,
): Promise<void> {
  const { method = 'GET' } = options
  for (const one of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
    const { status, headers, text } = await httpRequest(url, { ...options, method: one })
    const request = [one, url, ...(options.headers ?? [])].join(' ')
    const all: Readonly<Record<string, string>> = { ...responseTable.common, ...expected.headers }
    deepEqual(
      { request, status, headers: valuesOf((name) => headers.get(name)), text },
      {
        request,
        status: expected.status,
        headers: valuesOf((name) => all[name] ?? null),
        text: one === 'HEAD' ? '' : expected.body,
      },
    )
    const length = headers.get('content-length')
    const isSetByBun = 'Bun' in globalThis && one === 'HEAD' && length === '0' // whatever the handler returns
    if (length !== null && !isSetByBun) {
      equal(length, `${Buffer.byteLength(expected.body)}`, `${request} has another Content-Length than GET`)
    }
  }
}

function valuesOf(get: (name: string) => string | null): Readonly<Record<string, string | null>> {
  return Object.fromEntries([...NAMES].map((name) => [name, get(name)]))
}
