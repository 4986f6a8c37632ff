export type { CacheOptions, RedisOptions } from './cache-options.ts'
export { caches } from './caches.ts'
