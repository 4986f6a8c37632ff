import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { missing, startPostgres, startRedis, startSmtp } from '@watchman/servers'
import getPort from 'get-port'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url).pathname
const reason = missing('postgres') ?? missing('redis')

/** Requests `url` with the token until it answers with `status`, for a minute at most. */
async function waitFor(url: string, status: number): Promise<string> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    const response = await fetch(url, { headers: { Authorization: 'Bearer T' } }).catch(() => undefined)
    const text = await response?.text()
    if (text !== undefined && response?.status === status) return text
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no ${status} in time`)
}

test.skipIf(reason)(`the example of the README works as it is written ${reason ?? ''}`, async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const failure = /```json\n(.*?)\n```/s.exec(readme)?.[1] ?? ''
  const [postgres, redis, smtp, port] = await Promise.all([
    startPostgres(),
    startRedis(),
    startSmtp(),
    getPort(),
  ])
  // In the demo, whose dependencies it needs.
  const folder = await mkdtemp(join(root, 'apps/demo/node_modules/readme-'))
  const file = join(folder, 'example.mts')
  await writeFile(file, code.replace('port: 3000', `port: ${port}`))

  const options = ['--import', 'tsx', '--conditions', '@watchman/source', file]
  const { PATH } = process.env
  const urls = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, SMTP_URL: smtp.url, WATCHMAN_TOKENS: 'T' }
  const app = spawn(process.execPath, options, { cwd: folder, env: { PATH, ...urls }, stdio: 'ignore' })
  try {
    const url = `http://127.0.0.1:${port}/watchman/`
    expect(await waitFor(url, 200)).toBe(
      '{"databases":[{"default":{"ok":true}}],"email":{"ok":true},"caches":[{"default":{"ok":true}}],"storage":{"ok":true}}',
    )
    expect((await fetch(url)).status).toBe(403)
    expect(smtp.messages).toEqual([]) // it logs in, and sends no mail
    await redis.kill()
    expect(await waitFor(url, 500)).toBe(failure.replace('6379', `${redis.port}`))
    await redis.restart()
    expect(JSON.parse(await waitFor(url, 200)).caches).toEqual([{ default: { ok: true } }])
  } finally {
    app.kill('SIGKILL')
    await once(app, 'exit')
    await Promise.all([postgres.stop(), redis.stop(), smtp.stop(), rm(folder, { recursive: true })])
  }
})
