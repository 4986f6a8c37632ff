import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeScript } from '../src/node-script.ts'
import { haveEnded, treeOf } from '../src/process-tree.ts'
import { until } from '../src/until.ts'

describe('when the process that started servers', () => {
  const folders: string[] = []
  beforeAll(async () => {
    folders.push(await mkdtemp(join(tmpdir(), 'orphans-')))
    for (const folder of folders) await chmod(folder, 0o755) // the servers run as users of their own
  })
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'exit', 'throw'])(
    'ends by %s, they end with it',
    async (way) => {
      const [TMPDIR = ''] = folders
      const left = async () => (await readdir(TMPDIR)).filter((name) => name.startsWith('watchman-'))
      const script = nodeScript('../test/orphaning.ts', way)
      const child = spawn(script.file, script.arguments, {
        env: { ...process.env, TMPDIR },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      await once(child, 'message')
      expect((await left()).length).toBeGreaterThan(0)
      const family = treeOf(child.pid ?? 0)
      expect(family.length).toBeGreaterThan(3)
      if (way.startsWith('SIG')) process.kill(child.pid ?? 0, way)
      else child.send('go')
      expect(await until(() => haveEnded(family), 10_000)).toBe(true)
      expect(await until(async () => (await left()).length === 0, 5000)).toBe(true)
    },
  )
})
