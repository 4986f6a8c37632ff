export { caches } from './caches.ts'
export type { CacheOptions } from './options.ts'
