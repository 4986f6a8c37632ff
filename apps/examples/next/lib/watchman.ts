import { caches } from '@watchman/cache'
import { keyv } from '@watchman/cache/keyv'
import { createWatchman } from '@watchman/core'
import { storage } from '@watchman/storage'
import { fs } from '@watchman/storage/fs'
import { cache, folder } from './files'

export const watchman = createWatchman({
  checks: [caches({ default: keyv(cache) }), storage(fs(folder))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger: console,
})
