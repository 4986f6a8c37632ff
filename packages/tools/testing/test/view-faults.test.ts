import { AssertionError } from 'node:assert/strict'
import type { Report, View } from '@watchman/core'
import { viewCases } from '@watchman/testing'
import { describe, expect, test } from 'vitest'

const html = { 'content-type': 'text/html; charset=utf-8' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => `&#${one.codePointAt(0)};`)

/** The page of a view without a fault. */
function page({ state, results }: Report, show: (text: string) => string = escaped): string {
  const rows = results.map(({ name, dict }) => `<li title="${show(name)}">${show(JSON.stringify(dict))}</li>`)
  return `<!doctype html><h1>${state}</h1><ul>${rows.join('')}</ul>`
}

const sound = (): View => ({
  path: 'plain',
  render: async ({ report }) => new Response(page(await report()), { headers: html }),
})

/** A view that renders in another way. */
const rendering = (render: View['render']) => () => ({ ...sound(), render })

const PATH = 'has a path of its own, without slashes at its ends'
const GET = 'answers GET, and HEAD with the same but the body'
const AGAIN = 'answers again and again, and ten at once'
const HEADERS = 'leaves the answer unstored and its type as it is'
const TELLS = 'tells a failing report, and only such a one'
const SELECTS = 'runs the checks that the query selects'
const NONE = 'answers when no check is selected, and when there is none'
const UNCHANGED = 'leaves the report as it was'
const STATE = 'two views share no state'
const HEARS = 'hears of every report without a failure'
const CHECK = 'nothing of a hostile check become markup'
const QUERY = 'nothing of a hostile query become markup'
const TOKEN = 'shows no token of the request'
const ALLOWED = 'does nothing before it knows that the request is allowed'

const shared: { report?: Report } = {}

const faults: readonly (readonly [fault: string, make: () => View, found: readonly string[]])[] = [
  ['has slashes at its ends', () => ({ ...sound(), path: '/plain/' }), [PATH]],
  [
    'throws',
    rendering(() => {
      throw new Error('no template')
    }),
    [GET, AGAIN, TELLS, SELECTS, NONE, UNCHANGED, STATE, HEARS, CHECK, QUERY, ALLOWED],
  ],
  [
    'has no content-type',
    rendering(async ({ report }) => new Response(new TextEncoder().encode(page(await report())))),
    [GET],
  ],
  [
    'answers HEAD in another way',
    rendering((context) =>
      context.request.method === 'HEAD' ? new Response(null, { status: 204 }) : sound().render(context),
    ),
    [GET],
  ],
  [
    'renders once',
    () => {
      const kept: { response?: Response } = {}
      return {
        ...sound(),
        async render({ report }) {
          kept.response ??= new Response(page(await report()), { headers: html })
          return kept.response
        },
      }
    },
    [AGAIN, TELLS, SELECTS, HEARS, QUERY],
  ],
  [
    'lets its answer be stored',
    rendering(
      async ({ report }) =>
        new Response(page(await report()), { headers: { ...html, 'cache-control': 'max-age=60' } }),
    ),
    [HEADERS],
  ],
  [
    'tells no failure',
    rendering(async ({ report }) => {
      await report()
      return new Response('ok', { headers: html })
    }),
    [TELLS, SELECTS, STATE],
  ],
  ['asks for no report', rendering(() => new Response('ok', { headers: html })), [TELLS, SELECTS, STATE]],
  [
    'wants a check',
    rendering(async ({ report }) => {
      const { results, ...rest } = await report()
      if (!results[0]) throw new Error('no check')
      return new Response(page({ ...rest, results }), { headers: html })
    }),
    [NONE],
  ],
  [
    'writes to the report',
    rendering(async ({ report }) => {
      const told = await report()
      Reflect.set(told.body, 'seen', true) || fault()
      return new Response(page(told), { headers: html })
    }),
    [UNCHANGED],
  ],
  [
    'keeps its state in its module',
    rendering(async ({ report }) => {
      const told = await report()
      shared.report = told.state === 'failing' || !shared.report ? told : shared.report
      return new Response(page(shared.report), { headers: html })
    }),
    [TELLS, STATE],
  ],
  [
    'throws where it listens',
    () => ({
      ...sound(),
      observe: ({ state }) => {
        if (state === 'degraded') throw new Error('no such state')
      },
    }),
    [HEARS],
  ],
  [
    'escapes nothing',
    rendering(async ({ report }) => new Response(page(await report(), String), { headers: html })),
    [CHECK],
  ],
  [
    'escapes elements alone',
    rendering(async ({ report }) => {
      const show = (text: string) => text.replace(/</g, '&lt;')
      return new Response(page(await report(), show), { headers: html })
    }),
    [CHECK],
  ],
  [
    'links to what a check is called',
    rendering(async ({ report }) => {
      const links = (await report()).results.map(({ name }) => `<a href="${escaped(name)}">it</a>`)
      return new Response(page(await report()) + links.join(''), { headers: html })
    }),
    [CHECK],
  ],
  [
    'shows the query',
    rendering(async ({ request, report }) => {
      const query = [...new URL(request.url).searchParams].filter(([name]) => name !== 'watchman-token')
      return new Response(`${page(await report())}<p>${query}</p>`, { headers: html })
    }),
    [QUERY],
  ],
  [
    'links to itself with the token',
    rendering(async ({ request, report }) => {
      const link = `<a href="${escaped(request.url)}">again</a>`
      return new Response(page(await report()) + link, { headers: html })
    }),
    [TOKEN],
  ],
]

function fault(): never {
  throw new TypeError('cannot be written to')
}

const tellsFailure = ({ text }: { readonly text: string }) => text.includes('<h1>failing')
const casesOf = (view: () => View) => viewCases({ view, tellsFailure })

describe('a view without a fault', () => {
  for (const { name, run } of casesOf(sound)) test(name, run)
})

describe('a view that needs no token', () => {
  for (const { name, run } of casesOf(() => ({ ...sound(), protected: false }))) test(name, run)
})

describe('a view that', () => {
  for (const [name, make, found] of faults) {
    test(`${name} is found out`, async () => {
      const failed: string[] = []
      for (const one of casesOf(make)) {
        delete shared.report
        await one.run().catch((error: unknown) => {
          expect(error).toBeInstanceOf(AssertionError)
          failed.push(one.name)
        })
      }
      const names = casesOf(make).map((one) => one.name)
      expect(failed).toEqual(names.filter((one) => found.some((end) => one.endsWith(end))))
    })
  }
})

test('each case finds a fault', () => {
  const found = faults.flatMap(([, , names]) => names)
  const names = casesOf(sound).map(({ name }) => name)
  expect(names.filter((name) => !found.some((end) => name.endsWith(end)))).toEqual([])
})
