import { caches } from '@watchman/cache'
import { keyvProbe } from '@watchman/cache/keyv'
import { WatchmanModule } from '@watchman/nest'
import { storage } from '@watchman/storage'
import { fsProbe } from '@watchman/storage/fs'
import { Files, FilesModule } from './files.ts'

/** The status endpoint at `/watchman/`, which checks the cache and the folder of `Files`. */
export const Status = WatchmanModule.forRootAsync({
  imports: [FilesModule],
  inject: [Files],
  useFactory: ({ cache, folder }: Files) => ({
    checks: [caches({ default: keyvProbe(cache) }), storage(fsProbe(folder))],
    tokens: process.env.WATCHMAN_TOKENS,
    shutdown: { delay: 1000 }, // on SIGTERM, requests are accepted until the load balancer has noticed
  }),
})
