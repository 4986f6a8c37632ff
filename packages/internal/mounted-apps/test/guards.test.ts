import { pathSpellings } from '@watchman/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from '../src/apps.ts'
import { REFUSAL } from '../src/mounted-app.ts'
import { send } from './send.ts'
import { withDashboard } from './watchman.ts'

describe.each(apps.map((app) => [app.name, app] as const))('a guard of the app, in %s,', (_name, app) => {
  const watchman = withDashboard()
  const servers: Awaited<ReturnType<typeof app.start>>[] = []
  beforeAll(async () => void servers.push(await app.start(watchman)))
  afterAll(() => Promise.all(servers.map(({ close }) => close())))

  test('refuses the dashboard, and leaves the other views alone', async () => {
    for (const { url } of servers) {
      const { pathname } = new URL(url)
      for (const target of ['/dashboard', '/dashboard/', '/dashboard?x=1']) {
        expect(await send(url, pathname + target)).toContain(REFUSAL)
      }
      expect(await send(url, `http://status.test${pathname}/dashboard`)).toContain(REFUSAL)
      expect(await send(url, `${pathname}/ping`)).toContain('pong')
    }
  })

  test.each(Object.keys(pathSpellings('/watchman', 'dashboard')))(
    'is not passed by another spelling of the path, with %s',
    async (kind) => {
      for (const { url } of servers) {
        for (const target of pathSpellings(new URL(url).pathname, 'dashboard')[kind] ?? []) {
          expect([target, await send(url, target)]).not.toEqual([
            target,
            expect.stringContaining('The dashboard'),
          ])
        }
      }
    },
  )
})
