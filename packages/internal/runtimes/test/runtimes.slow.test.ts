import { afterAll, describe, expect, test } from 'vitest'
import { bundleWorker, type RunningServer, type Runtime, runtimes, startRuntime } from '../src/index.ts'

/** The name of a runtime with its server, or with why it has none. */
interface Attempt {
  readonly title: string
  readonly server?: RunningServer
}

async function attempt(runtime: Runtime): Promise<Attempt> {
  try {
    return { title: runtime.name, server: await startRuntime(runtime, worker) }
  } catch (error) {
    if (process.env.CI) throw error
    return { title: `${runtime.name} (${error})` }
  }
}

const worker = await bundleWorker()
const attempts = await Promise.all(runtimes.map(attempt))
afterAll(async () => {
  await Promise.all(attempts.map(({ server }) => server?.stop()))
})

const broken =
  '{"databases":[{"default":{"ok":true}},{"replica":{"ok":false,"error":"connect ECONNREFUSED 127.0.0.1:5432"}}]}'

describe.each(attempts.map(({ title, server }) => [title, server] as const))(
  'watchman.fetch in %s',
  (_title, server) => {
    const ask = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${server?.url}${path}`, init)
      return { status: response.status, headers: response.headers, text: await response.text() }
    }
    const it = test.skipIf(!server)

    it('answers with the dicts of the checks, and nothing else', async () => {
      const { status, text, headers } = await ask('/?watchman-token=T&check=echo&check=shared')
      expect([status, text]).toEqual([200, '{"shared":{"ok":true},"echo":"/"}'])
      expect(headers.get('content-type')).toBe('application/json')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('server-timing')).toMatch(/^shared;dur=\d+\.\d, echo;dur=\d+\.\d$/)
    })

    it('answers 500 when a check fails', async () => {
      const { status, text } = await ask('/?watchman-token=T&check=databases')
      expect([status, text]).toEqual([500, broken])
    })

    it('tells of a check that hangs at its deadline, and of the others', async () => {
      const { status, text } = await ask('/?watchman-token=T&check=storage&check=echo')
      expect([status, text]).toEqual([
        500,
        '{"storage":{"ok":false,"error":"timed out after 300 ms"},"echo":"/"}',
      ])
      expect((await ask('/?watchman-token=T&check=storage')).text).toContain('timed out after 300 ms')
    })

    it.each([
      ['without a token', '/', {}, 403],
      ['with a wrong token', '/?watchman-token=X', {}, 403],
      ['with a token in the query', '/?check=echo&watchman-token=T', {}, 200],
      ['with a Bearer token', '/?check=echo', { authorization: 'Bearer T' }, 200],
      ['with a quoted token', '/?check=echo', { authorization: 'WATCHMAN-TOKEN Token="T"' }, 200],
      ['with a token as the password', '/?check=echo', { authorization: `Basic ${btoa('me:T')}` }, 200],
      ['without a token, from a browser,', '/', { accept: 'text/html,*/*;q=0.8' }, 401],
    ])('the root %s answers as it should', async (_how, path, headers, status) => {
      expect((await ask(path, { headers })).status).toBe(status)
    })

    it.each([
      ['/ping', 200, 'pong'],
      ['/ping/', 200, 'pong'],
      ['/bare?check=echo', 200, ''],
      ['/bare/?check=databases', 500, ''],
      ['/bare?check=unknown', 404, ''],
      ['/?watchman-token=T&check=unknown', 404, '{"error":404,"message":"No checks found"}'],
      ['/unknown', 404, '{"error":404,"message":"Not found"}'],
      ['//evil.example/ping', 404, '{"error":404,"message":"Not found"}'],
      ['/%', 404, '{"error":404,"message":"Not found"}'],
    ])('GET %s answers %i', async (path, status, text) => {
      const answer = await ask(path)
      expect([answer.status, answer.text]).toEqual([status, text])
    })

    it('answers HEAD without a body, and refuses what is neither GET nor HEAD', async () => {
      const head = await ask('/ping', { method: 'HEAD' })
      expect([head.status, head.headers.get('content-type'), head.text]).toEqual([200, 'text/plain', ''])
      const post = await ask('/ping', { method: 'POST', body: 'x' })
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    })

    const runsOf = async (name: string) => {
      const { runs } = JSON.parse((await ask('/?watchman-token=T&check=runs')).text)
      return runs[name] ?? 0
    }

    it('runs a check once for requests that arrive together', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask('/bare?check=shared')))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
      expect(await runsOf('shared')).toBe(1)
    })

    it('goes on for the others when the client that started a check goes away', async () => {
      const client = new AbortController()
      const gone = ask('/bare?check=left', { signal: client.signal }).catch(() => {})
      await expect.poll(() => runsOf('left')).toBeGreaterThan(0)
      const joined = ask('/bare?check=left')
      client.abort()
      await gone
      expect((await joined).status).toBe(200)
      expect((await ask('/bare?check=left')).status).toBe(200)
    })
  },
)
