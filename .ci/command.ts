import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { missing, startPostgres, startRedis } from '../packages/tools/servers/src/index.ts'
import prepare from '../packages/tools/servers/src/setup.ts'

/**
 * Calls `watchman serve` as it is installed in `folder`, with nothing but the URLs of a database and of a cache, asks it
 * what it says of them, and ends it. Returns what failed.
 */
export async function tryCommand(folder: string): Promise<readonly string[]> {
  await prepare()
  const reasons = [missing('postgres'), missing('redis')].filter((reason) => reason !== undefined)
  if (reasons.length > 0) {
    console.log(`The command was not called: ${reasons.join('; ')}`)
    return []
  }
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const { PATH } = process.env
  const child = spawn(`${folder}/node_modules/.bin/watchman`, ['serve', '--port', '0'], {
    cwd: folder,
    env: { PATH, DATABASE_URL: postgres.url, REDIS_URL: redis.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const ended = once(child, 'exit')
    const [text] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['nothing'])])
    const [url = ''] = /http:\S+/.exec(`${text}`) ?? []
    const response = url ? await fetch(url) : undefined
    const told = `${response?.status} ${await response?.text()}`
    const page = url ? await (await fetch(`${url}dashboard`)).text() : ''
    child.kill('SIGTERM')
    const [code] = await ended
    const wanted = '200 {"databases":[{"default":{"ok":true}}],"caches":[{"default":{"ok":true}}]}'
    console.log(`The command served ${told}`)
    if (told === wanted && /<html.*databases/s.test(page) && code === 0) return []
    return [`watchman serve wrote ${text}, told ${told}, showed ${page}, ended with ${code}`]
  } finally {
    child.kill('SIGKILL')
    await Promise.all([postgres.stop(), redis.stop()])
  }
}
