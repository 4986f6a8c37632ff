import { askServer } from '@watchman/test-helpers'
import type { MountedServer } from '@watchman/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apps } from '../src/apps.ts'
import { withDashboard } from './watchman.ts'

const watchman = withDashboard()
const servers: MountedServer[] = []
beforeAll(async () => void servers.push(...(await Promise.all(apps.map((app) => app.start(watchman))))))
afterAll(() => Promise.all(servers.map(({ close }) => close())))

test.each(['/?check=echo', '/?check=unknown', '/bare', '/ping', '/page', '/unknown'])(
  'every app in one process, with one watchman, gives the same answer to %s',
  async (target) => {
    const asked = servers.flatMap(({ url }) => [askServer(url + target), askServer(url + target)])
    const answers = (await Promise.all(asked)).map(({ status, headers, text }) => {
      return [status, headers.get('cache-control'), headers.get('content-type'), text]
    })
    expect(answers).toEqual(Array(apps.length * 2).fill(answers[0]))
  },
)
