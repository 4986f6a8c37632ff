import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { missing, startPostgres, startRedis } from '@watchman/servers'

/**
 * Calls `npx watchman-health serve` where it is installed, in `folder`, with nothing but the URLs of a database and of a cache,
 * asks it what it says of them, and ends it. Returns what failed.
 */
export async function tryCommand(folder: string): Promise<readonly string[]> {
  const reasons = [missing('postgres'), missing('redis')].filter((reason) => reason !== undefined)
  if (reasons.length > 0) {
    console.log(`The command was not called: ${reasons.join('; ')}`)
    return []
  }
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const { PATH, HOME } = process.env
  const child = spawn('npx', ['--offline', 'watchman-health', 'serve', '--port', '0'], {
    cwd: folder,
    env: { PATH, HOME, DATABASE_URL: postgres.url, REDIS_URL: redis.url },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // npx hands no signal on: as a terminal does, its whole group is told
  })
  const tell = (signal: NodeJS.Signals) => process.kill(-Number(child.pid), signal)
  try {
    const ended = once(child, 'close')
    const [text] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['nothing'])])
    const [url = ''] = /http:\S+/.exec(`${text}`) ?? []
    const response = url ? await fetch(url) : undefined
    const told = `${response?.status} ${await response?.text()}`
    const page = url ? await (await fetch(`${url}dashboard`)).text() : ''
    tell('SIGTERM')
    await ended
    const wanted = '200 {"databases":[{"default":{"ok":true}}],"caches":[{"default":{"ok":true}}]}'
    console.log(`The command served ${told}`)
    if (told === wanted && /<html.*databases/s.test(page)) return []
    return [`watchman-health serve wrote ${text}, told ${told}, showed ${page}`]
  } finally {
    if (child.exitCode === null && child.signalCode === null) tell('SIGKILL')
    await Promise.all([postgres.stop(), redis.stop()])
  }
}
