import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { missing, startPostgres, startRedis } from '@watchman/servers'
import { expect, test } from 'vitest'
import { pageAt } from '../src/pages.ts'
import { answerOf, runExample } from './run-example.ts'

const reason = missing('postgres') ?? missing('redis')
const FRAMEWORKS = ['express', 'koa', 'fastify', 'nest', 'hono']
const PATIENCE = 120_000

/** The only block of that language, or the first. */
function first(path: string, language: string): string {
  return pageAt(path).blocks.find((block) => block.language === language)?.code ?? ''
}

/** What `/bare` answers to HTTP/1.0 without a host, which some load balancers send. */
function answerToHttp10(mount: string): Promise<string> {
  const { hostname, port, pathname } = new URL(mount)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${pathname}/bare HTTP/1.0\r\n\r\n`)
  return text(socket)
}

test.skipIf(reason)(
  `each page of a framework works as it is written ${reason ?? ''}`,
  async () => {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
    const urls = { DATABASE_URL: postgres.url, REDIS_URL: redis.url }
    const failures = ['index.md', 'get-started/index.md'].map((page) =>
      first(page, 'json').trim().replace('6379', `${redis.port}`),
    )
    const pages = FRAMEWORKS.map((framework) => `get-started/${framework}.md`)
    const apps = await Promise.allSettled(pages.map((page) => runExample(first(page, 'ts'), urls)))
    try {
      expect(apps).toEqual(pages.map(() => expect.objectContaining({ status: 'fulfilled' })))
      const mounts = apps.flatMap((app) => (app.status === 'fulfilled' ? `${app.value.url}/watchman` : []))
      const answers = await Promise.all(mounts.map((mount) => answerOf(`${mount}/`, 200)))
      expect(answers).toEqual(pages.map((page) => first(page, 'json').trim()))
      await redis.kill()
      for (const mount of mounts) {
        const failure = await answerOf(`${mount}/`, 500)
        expect(failures).toEqual([failure, failure])
      }
      await redis.restart()
      await Promise.all(mounts.map((mount) => answerOf(`${mount}/bare`, 200)))
      const old = await Promise.all(mounts.map(answerToHttp10))
      expect(old).toEqual(pages.map(() => expect.stringMatching(/^HTTP\/1\.1 200 /)))
    } finally {
      await Promise.all(apps.map((app) => app.status === 'fulfilled' && app.value.stop()))
      await Promise.all([postgres.stop(), redis.stop()])
    }
  },
  PATIENCE,
)

test.skipIf(missing('postgres'))(
  `the page of the other frameworks works as it is written ${missing('postgres') ?? ''}`,
  async () => {
    const postgres = await startPostgres()
    const [node] = pageAt('get-started/others.md').blocks.filter(({ language }) => language === 'ts')
    const app = await runExample(node?.code ?? '', { DATABASE_URL: postgres.url })
    try {
      expect(await answerOf(`${app.url}/watchman/`, 200)).toBe('{"databases":[{"default":{"ok":true}}]}')
      expect(await answerOf(app.url, 200)).toBe('my app')
    } finally {
      await app.stop()
      await postgres.stop()
    }
  },
  PATIENCE,
)
