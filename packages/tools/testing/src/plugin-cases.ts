import { equal, fail } from 'node:assert/strict'
import { defineProbeCheck, type Host, type WatchmanOptions } from '@watchman/core'
import type { Case } from './case.ts'
import { fakeCheck } from './fake-check.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'
import { mountPlugin } from './mount-plugin.ts'
import type { PluginSubject } from './plugin-subject.ts'
import { pluginViewCases } from './plugin-view-cases.ts'

/**
 * What every plugin promises, as data for any test runner.
 *
 * @example
 * const subject = { plugin: () => badge(), view: 'badge', showsFailure: ({ text }) => text.includes('failing') }
 * for (const { name, run } of pluginCases(subject)) test(name, run)
 */
export function pluginCases(subject: PluginSubject): readonly Case[] {
  const { plugin, view } = subject
  return [
    {
      name: 'the plugin has a name',
      async run() {
        const { name }: { readonly name: unknown } = plugin()
        if (typeof name !== 'string' || name.trim() === '') fail('the plugin has no name')
      },
    },
    {
      name: 'setup is synchronous and returns nothing',
      async run() {
        const { name, setup } = bind(plugin())
        const returned: unknown[] = []
        const record = (host: Host) => {
          const value: unknown = setup(host)
          returned.push(value)
          Promise.resolve(value).catch(() => {}) // the assertion below reports it
        }
        await mountPlugin({ name, setup: record }).watchman.close()
        equal(returned[0], undefined, 'setup returns a value')
      },
    },
    {
      name: 'a second watchman can use the plugin at the same time',
      async run() {
        const first = mountPlugin(plugin())
        const second = mountPlugin(plugin())
        await Promise.all([first.watchman.close(), second.watchman.close()])
        await first.assertNoFailure()
        await second.assertNoFailure()
      },
    },
    {
      name: 'the plugin does not change reports and results',
      async run() {
        const mounted = mountPlugin(plugin()) // reports are frozen: what changes them throws
        const reference = mountPlugin({ name: 'reference', setup: () => {} })
        const bodies: string[] = []
        for (const { databases, watchman, get } of [mounted, reference]) {
          databases.down()
          await watchman.report()
          if (view !== undefined) await get(view)
          bodies.push(JSON.stringify((await watchman.report()).body))
        }
        await mounted.assertNoFailure()
        equal(bodies[0], bodies[1], 'the report is not the same with the plugin')
      },
    },
    ...RESULT_OPTIONS.map(([when, options]) => ({
      name: `the plugin handles every result ${when} without a failure`,
      async run() {
        const databases = fakeCheck('databases', { timeout: 50 })
        const hostile = defineProbeCheck('hostile', hostileTargets(), { ttl: 0, dependsOn: 'databases' })
        const { watchman, assertNoFailure } = mountPlugin(plugin(), {
          checks: [databases.check, hostile],
          ...options,
        })
        const { up, degrade, down, hang } = databases
        for (const change of [up, down, down, up, degrade, hang, up]) {
          change()
          await watchman.report()
        }
        await watchman.close()
        await assertNoFailure()
      },
    })),
    ...(view === undefined ? [] : pluginViewCases({ ...subject, view })),
  ]
}

/** What results contain depends on these options. */
const RESULT_OPTIONS: readonly (readonly [when: string, options: WatchmanOptions])[] = [
  ['with stack traces', { stacktraces: true }],
  ['without details', { details: 'none' }],
]

/** Targets with hostile names. In turn, two runs resolve to hostile details and two fail with hostile messages. */
function hostileTargets() {
  return Object.fromEntries(
    HOSTILE_TEXTS.map((text) => {
      let runs = 0
      const probe = async () => {
        runs += 1
        if (runs % 4 > 1) throw new Error(text.repeat(50))
        return { ok: true, details: { [text]: text } }
      }
      return [text, probe]
    }),
  )
}

/** The name and the `setup` of a plugin, which may need its `this`. */
function bind(plugin: ReturnType<PluginSubject['plugin']>) {
  return { name: plugin.name, setup: (host: Host) => plugin.setup(host) }
}
