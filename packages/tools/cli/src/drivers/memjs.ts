import { memjsProbe } from '@watchman/cache/memjs'
import { driver } from './driver.ts'

/** Memcached through memjs. */
export const memjsDriver = driver<typeof import('memjs')>('memjs', ({ Client }, url) => {
  const logger = { log: () => {} } // by default it writes to stdout, among the results
  const client = Client.create(url.replace(/memcached:\/\//gi, ''), { logger })
  return { probe: memjsProbe(client), close: () => client.close() }
})
