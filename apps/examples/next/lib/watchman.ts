import { caches } from '@watchman/cache'
import { keyvProbe } from '@watchman/cache/keyv'
import { createWatchman } from '@watchman/core'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { cache, folder } from './files'

export const watchman = createWatchman({
  checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(folder))],
  tokens: process.env.WATCHMAN_TOKENS,
  logger: console,
})
