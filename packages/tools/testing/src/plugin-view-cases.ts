import { deepEqual, equal, fail } from 'node:assert/strict'
import { defineProbeCheck, type WatchmanOptions } from '@watchman/core'
import { textResponse } from '@watchman/core/adapter'
import type { Case } from './case.ts'
import { fakeCheck } from './fake-check.ts'
import { findInjection, HOSTILE_TEXTS } from './hostile-texts.ts'
import type { HttpResponse } from './http-request.ts'
import { type MountedPlugin, mountPlugin } from './mount-plugin.ts'
import type { PluginSubject } from './plugin-subject.ts'

const TOKEN = 'a-token-of-the-test'
const PASSWORD = btoa(`me:${TOKEN}`)
const BUILT_IN = ['', 'bare', 'ping']

/** How long a report waits for checks that hang, in milliseconds. */
const DEADLINE = 50

/** What a view of a plugin promises. */
export function pluginViewCases({
  plugin,
  view,
  open = false,
  showsFailure,
}: PluginSubject & { readonly view: string }): readonly Case[] {
  /** A watchman with the plugin, and a function that requests its view. */
  function mount(options: WatchmanOptions = {}): MountedPlugin & { readonly getView: MountedPlugin['get'] } {
    const mounted = mountPlugin(plugin(), options)
    return { ...mounted, getView: (query, init) => mounted.get(`${view}${query}`, init) }
  }

  return [
    {
      name: 'the view has its own path, without slashes at its ends',
      async run() {
        if (BUILT_IN.includes(view)) fail(`the path "${view}" is that of a built-in view`)
        if (/^\/|\/$/.test(view)) fail(`the path "${view}" has a slash at an end`)
      },
    },
    {
      name: 'the view answers GET, and HEAD with the same except the body',
      async run() {
        const { getView } = mount()
        const get = await getView('')
        equal(get.status, 200, `the view answers ${get.status} although all checks succeed`)
        const head = await getView('', { method: 'HEAD' })
        const type = 'content-type'
        deepEqual([head.status, head.text], [get.status, ''], 'HEAD is not answered as GET')
        equal(head.headers.get(type), get.headers.get(type), 'HEAD has another content-type than GET')
        if (get.text && !get.headers.has(type)) fail('the response has a body without a content-type')
      },
    },
    {
      name: 'the view answers repeatedly, and ten at once',
      async run() {
        const { getView } = mount()
        await getView('')
        const responses = await Promise.all(Array.from({ length: 10 }, () => getView('')))
        for (const { status } of responses) equal(status, 200, `one of ten concurrent requests got ${status}`)
      },
    },
    {
      name: 'the view keeps the headers that every response has',
      async run() {
        const { headers } = await mount().getView('')
        const names = ['cache-control', 'x-content-type-options', 'referrer-policy']
        const expected = ['no-store', 'nosniff', 'no-referrer']
        deepEqual(
          names.map((name) => headers.get(name)),
          expected,
          'the view changes a header that every response has',
        )
      },
    },
    ...(showsFailure ? failureCases(showsFailure) : []),
    {
      name: 'the view answers when no check is selected, and when there is none',
      async run() {
        assertRendered(await mount().getView('?check=unknown'), 'when no check is selected')
        assertRendered(await mount({ checks: [] }).getView(''), 'without checks')
      },
    },
    {
      name: 'the view answers over ok, degraded and failing reports without a failure',
      async run() {
        const { getView, databases, watchman, assertNoFailure } = mount()
        for (const change of [databases.up, databases.degrade, databases.down]) {
          change()
          await getView('?check=databases')
          await watchman.report()
          await getView('')
        }
        await assertNoFailure()
      },
    },
    {
      name: 'the view answers while targets are pending',
      async run() {
        const { getView, databases, caches, watchman } = mount({ deadline: DEADLINE })
        databases.hang()
        caches.hang()
        assertRendered(await getView(''), 'while targets are pending')
        databases.up()
        assertRendered(await getView(''), 'while a target is pending')
        await watchman.close()
      },
    },
    {
      name: 'the view answers while readiness is held',
      async run() {
        const { getView, watchman } = mount()
        for (const reason of ['draining', ...HOSTILE_TEXTS]) {
          const release = watchman.holdReadiness(reason)
          assertHarmless(await getView(''), 'while readiness is held')
          release()
        }
        equal((await getView('')).status, 200, 'the view does not answer 200 once readiness is released')
      },
    },
    {
      name: 'the view still answers once the watchman is closed',
      async run() {
        const { getView, watchman } = mount()
        await getView('')
        await watchman.close()
        const { status } = await getView('')
        if (status === 500) fail('the view answers 500 once the watchman is closed')
      },
    },
    {
      name: 'nothing of a hostile check becomes markup',
      async run() {
        for (const text of HOSTILE_TEXTS) {
          const failing = fakeCheck(text)
          failing.down(text.repeat(50))
          const targets = {
            [text]: () => Promise.reject(new Error(text)),
            details: () => ({ ok: true, details: { [text]: text } }),
          }
          const checks = [failing.check, defineProbeCheck('targets', targets)]
          const { getView } = mount({ checks, stacktraces: true })
          await getView('') // a view may show what has happened before
          assertHarmless(await getView(''), 'for a hostile check')
        }
      },
    },
    {
      name: 'nothing of a hostile query becomes markup',
      async run() {
        const { getView } = mount()
        for (const text of HOSTILE_TEXTS) {
          const query = new URLSearchParams([
            ['check', 'databases'],
            ['x', text],
            [text, '1'],
          ])
          assertHarmless(await getView(`?${query}`), 'for a hostile query')
          assertHarmless(await getView(`?${new URLSearchParams({ check: text })}`), 'for a hostile query')
        }
      },
    },
    {
      name: 'the view does not show the token of the request',
      async run() {
        const { getView } = mount({ tokens: [TOKEN] })
        const by = (Authorization: string) => getView('', { headers: { Authorization } })
        for (const response of [
          await getView(`?watchman-token=${TOKEN}`),
          await by(`Bearer ${TOKEN}`),
          await by(`Basic ${PASSWORD}`),
        ]) {
          const shown = [response.text, ...response.headers.values()].some(
            (text) => text.includes(TOKEN) || text.includes(PASSWORD),
          )
          if (shown) fail('the token of the request is in the response')
        }
      },
    },
    open
      ? {
          name: 'the open view answers without a token',
          async run() {
            const { status } = await mount({ tokens: [TOKEN] }).getView('')
            equal(status, 200, `the view answers ${status} without a token`)
          },
        }
      : {
          name: 'the view does nothing before the request is authorized',
          async run() {
            const { getView, databases } = mount({ tokens: [TOKEN] })
            equal((await getView('')).status, 403, 'the view answers without a token')
            equal(databases.runs(), 0, 'a check ran for a request without a token')
            equal((await getView(`?watchman-token=${TOKEN}`)).status, 200, 'the view refuses the token')
          },
        },
  ]

  function failureCases(isFailure: (response: HttpResponse) => boolean): readonly Case[] {
    const assertShows = (response: HttpResponse, failure: boolean, when: string) => {
      if (isFailure(response) === failure) return
      const start = response.text.slice(0, 500)
      fail(`the view shows ${failure ? 'no' : 'a'} failure ${when}: ${response.status} ${start}`)
    }
    return [
      {
        name: 'the view shows a failing report, and only a failing one',
        async run() {
          const { getView, databases } = mount()
          assertShows(await getView(''), false, 'although all checks succeed')
          databases.down('connect ECONNREFUSED 127.0.0.1:5432')
          assertShows(await getView(''), true, 'when a check is down')
          databases.up()
          assertShows(await getView(''), false, 'when the check is up again')
        },
      },
      {
        name: 'the view runs only the checks that the query selects',
        async run() {
          const { getView, databases, caches } = mount()
          databases.down()
          assertShows(await getView('?check=caches'), false, 'of a check that was not selected')
          equal(databases.runs(), 0, 'a check ran that was not selected')
          equal(caches.runs() > 0, true, 'the selected check did not run')
          assertShows(await getView('?skip=caches'), true, 'when a check that is not skipped is down')
        },
      },
      {
        name: 'two plugins share no state',
        async run() {
          const [one, other] = [mount(), mount()]
          one.databases.down()
          assertShows(await one.getView(''), true, 'when a check is down')
          assertShows(await other.getView(''), false, 'of a check of another watchman')
        },
      },
    ]
  }
}

/** Asserts that the view did not throw, in which case the watchman answers. */
function assertRendered({ text }: HttpResponse, when: string): void {
  if (text === textResponse(500).body) fail(`the view throws ${when}`)
}

function assertHarmless(response: HttpResponse, when: string): void {
  assertRendered(response, when)
  const injection = findInjection(response)
  if (injection !== undefined) fail(`a hostile text became markup ${when}: ${injection}`)
}
