import { deepEqual, equal, fail } from 'node:assert/strict'
import { createWatchman, type View, type WatchmanOptions } from '@watchman/core'
import type { Answer } from './ask.ts'
import type { Case } from './case.ts'
import { type FakeCheck, fakeCheck } from './fake-check.ts'
import { HOSTILE, injected } from './hostile.ts'
import { recorder } from './recorder.ts'
import type { ViewSubject } from './view-subject.ts'

const TOKEN = 'a-token-of-the-test'
const BUILT_IN = ['', 'bare', 'ping']

/**
 * What holds for every view, as data for any test runner.
 *
 * @example
 * for (const { name, run } of viewCases({ view: () => badge(), tellsFailure: ({ text }) => text.includes('failing') }))
 *   test(name, run)
 */
export function viewCases({ view, tellsFailure }: ViewSubject): readonly Case[] {
  /** A watchman with two checks and the view. */
  const mount = (options: WatchmanOptions = {}, mounted: View = view()) => {
    const databases = fakeCheck('databases')
    const caches = fakeCheck('caches')
    const watchman = createWatchman({ checks: [databases.check, caches.check], views: [mounted], ...options })
    const ask = async (query = '', init: RequestInit = {}): Promise<Answer> => {
      const path = mounted.path.replace(/^\/|\/$/g, '')
      const response = await watchman.fetch(new Request(`http://status.test/${path}${query}`, init))
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    return { watchman, databases, caches, ask }
  }
  const isProtected = view().protected !== false

  return [
    {
      name: 'the view has a path of its own, without slashes at its ends',
      async run() {
        const { path } = view()
        if (BUILT_IN.includes(path)) fail(`the path "${path}" is that of a built-in view`)
        if (/^\/|\/$/.test(path)) fail(`the path "${path}" has a slash at an end`)
      },
    },
    {
      name: 'the view answers GET, and HEAD with the same but the body',
      async run() {
        const { ask } = mount()
        const get = await ask()
        equal(get.status, 200, `the view answers ${get.status} though all is well`)
        const head = await ask('', { method: 'HEAD' })
        const type = 'content-type'
        deepEqual([head.status, head.text], [get.status, ''], 'HEAD is answered otherwise than GET')
        equal(head.headers.get(type), get.headers.get(type), 'HEAD has another content-type than GET')
        if (get.text && !get.headers.has(type)) fail('the view answers with a body that has no content-type')
      },
    },
    {
      name: 'the view answers again and again, and ten at once',
      async run() {
        const { ask } = mount()
        await ask()
        const answers = await Promise.all(Array.from({ length: 10 }, () => ask()))
        for (const { status } of answers) equal(status, 200, `one of ten that asked at once got ${status}`)
      },
    },
    {
      name: 'the view leaves the answer unstored and its type as it is',
      async run() {
        const { headers } = await mount().ask()
        const names = ['cache-control', 'x-content-type-options', 'referrer-policy']
        const expected = ['no-store', 'nosniff', 'no-referrer']
        deepEqual(
          names.map((name) => headers.get(name)),
          expected,
          'the view changes the headers of every answer',
        )
      },
    },
    {
      name: 'the view tells a failing report, and only such a one',
      async run() {
        const { ask, databases } = mount()
        ensureTold(await ask(), false, 'though all is well')
        databases.down('connect ECONNREFUSED 127.0.0.1:5432')
        ensureTold(await ask(), true, 'when a check is down')
        databases.up()
        ensureTold(await ask(), false, 'when the check is up again')
      },
    },
    {
      name: 'the view runs the checks that the query selects',
      async run() {
        const { ask, databases, caches } = mount()
        databases.down()
        ensureTold(await ask('?check=caches'), false, 'of a check that was not asked for')
        equal(databases.runs(), 0, 'a check ran that was not asked for')
        equal(caches.runs() > 0, true, 'the check that was asked for did not run')
        ensureTold(await ask('?skip=caches'), true, 'when the check that is left is down')
      },
    },
    {
      name: 'the view answers when no check is selected, and when there is none',
      async run() {
        for (const answer of [await mount().ask('?check=unknown'), await mount({ checks: [] }).ask()]) {
          if (threw(answer)) fail('the view throws where there is no check')
        }
      },
    },
    {
      name: 'the view leaves the report as it was',
      async run() {
        const { ask, databases, watchman } = mount({}, frozen(view()))
        databases.down()
        const before = (await watchman.run()).json
        if (threw(await ask())) fail('the view writes to the report, or throws')
        equal((await watchman.run()).json, before, 'the report is another after the view')
      },
    },
    {
      name: 'two views share no state',
      async run() {
        const [one, other] = [mount(), mount()]
        one.databases.down()
        ensureTold(await one.ask(), true, 'when a check is down')
        ensureTold(await other.ask(), false, 'of a check of another watchman')
      },
    },
    {
      name: 'the view hears of every report without a failure',
      async run() {
        const { logger, lines } = recorder()
        const { ask, databases, watchman } = mount({ logger })
        for (const turn of [databases.up, databases.degrade, databases.down]) {
          turn()
          await ask('?check=databases')
          await watchman.run()
        }
        const failures = lines.filter((line) => /(?:view|observer) ".*" failed/.test(line))
        if (failures[0]) fail(`the view throws: ${failures[0]}`)
      },
    },
    {
      name: 'the view lets nothing of a hostile check become markup',
      async run() {
        for (const hostile of HOSTILE) ensureHarmless(await hostileAnswer(hostile))
      },
    },
    {
      name: 'the view lets nothing of a hostile query become markup',
      async run() {
        const { ask } = mount()
        for (const hostile of HOSTILE) {
          const query = new URLSearchParams([
            ['check', 'databases'],
            ['x', hostile],
            [hostile, '1'],
          ])
          ensureHarmless(await ask(`?${query}`))
        }
      },
    },
    {
      name: 'the view shows no token of the request',
      async run() {
        const { ask } = mount({ tokens: [TOKEN] })
        const authorization = { headers: { Authorization: `Bearer ${TOKEN}` } }
        for (const answer of [await ask(`?watchman-token=${TOKEN}`), await ask('', authorization)]) {
          const shown = [answer.text, ...answer.headers.values()].some((text) => text.includes(TOKEN))
          if (shown) fail('the token of the request is in the answer')
        }
      },
    },
    ...(isProtected
      ? [
          {
            name: 'the view does nothing before it knows that the request is allowed',
            async run() {
              const { ask, databases } = mount({ tokens: [TOKEN] })
              equal((await ask()).status, 403, 'the view answers without a token')
              equal(databases.runs(), 0, 'a check ran for a request without a token')
              equal((await ask(`?watchman-token=${TOKEN}`)).status, 200, 'the view refuses the token')
            },
          },
        ]
      : [
          {
            name: 'the view that is not protected answers without a token',
            run: async () => equal((await mount({ tokens: [TOKEN] }).ask()).status, 200),
          },
        ]),
  ]

  function ensureTold(answer: Answer, failing: boolean, when: string): void {
    if (tellsFailure(answer) === failing) return
    fail(
      `the view tells ${failing ? 'no' : 'a'} failure ${when}: ${answer.status} ${answer.text.slice(0, 500)}`,
    )
  }

  /** What is answered when all that a check can choose is hostile. */
  async function hostileAnswer(hostile: string): Promise<Answer> {
    const checks: readonly FakeCheck[] = [fakeCheck(hostile)]
    const { ask } = mount({ checks: checks.map(({ check }) => check) })
    for (const { down } of checks) down(hostile.repeat(50))
    return ask()
  }

  function ensureHarmless(answer: Answer): void {
    if (threw(answer)) fail('the view throws for a hostile text')
    const found = injected(answer)
    if (found) fail(`what is hostile became markup: ${found}`)
  }
}

/** A view whose report cannot be changed. */
function frozen(view: View): View {
  return {
    ...view,
    render: (context) => view.render({ ...context, report: async () => freeze(await context.report()) }),
  }
}

function freeze<Value>(value: Value): Value {
  for (const inner of Object.values(Object(value))) if (typeof inner === 'object') freeze(inner)
  return Object.freeze(value)
}

/** Whether this is what core answers for a view that threw. */
function threw({ text }: Answer): boolean {
  return text === '{"error":500,"message":"Internal error"}'
}
