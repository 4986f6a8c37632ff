export type { CacheOptions } from './cache-options.ts'
export { caches } from './caches.ts'
