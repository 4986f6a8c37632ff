import { ioredisProbe } from '@watchman/cache/ioredis'
import { redisProbe } from '@watchman/cache/redis'
import { type BackendDriver, driver } from './driver.ts'

/** Redis through ioredis, else through redis. */
export const redisServer: readonly BackendDriver[] = [
  driver<typeof import('ioredis')>('ioredis', ({ Redis }, url) => {
    const client = new Redis(url)
    client.on('error', () => {}) // the next probe reports it
    return { probe: ioredisProbe(client), close: () => client.disconnect() }
  }),
  driver<typeof import('redis')>('redis', ({ createClient }, url) => {
    const client = createClient({ url })
    client.on('error', () => {}) // the next probe reports it
    client.connect().catch(() => {}) // it keeps trying
    return { probe: redisProbe(client), close: () => client.destroy() }
  }),
]
