import { ioredisProbe } from '@watchman/cache/ioredis'
import { keyvProbe } from '@watchman/cache/keyv'
import { Redis } from 'ioredis'
import Keyv from 'keyv'
import type { Service } from './service.ts'

/** Starts the embedded cache, and connects to the one that the environment names. */
export function startCaches({ REDIS_URL }: NodeJS.ProcessEnv): Readonly<Record<string, Service>> {
  const cache = new Keyv()
  return {
    default: { description: 'Keyv, in memory', probe: keyvProbe(cache), close: () => cache.disconnect() },
    ...(REDIS_URL && { redis: remote(REDIS_URL) }),
  }
}

function remote(url: string): Service {
  const redis = new Redis(url)
  redis.on('error', () => {}) // a dropped connection must not crash the app; the status page reports it
  return {
    description: 'the Redis of REDIS_URL',
    probe: ioredisProbe(redis),
    close: () => redis.disconnect(),
  }
}
