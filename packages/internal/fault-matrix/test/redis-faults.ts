import type { Faults } from '@watchman/fault-matrix'
import { account, administer, type RedisBackend } from './redis-backend.ts'

const setUser = ({ server }: RedisBackend, ...rules: readonly string[]) =>
  administer(server, 'ACL', 'SETUSER', account.username, ...rules)

/** What can happen to a Redis that runs. */
export const redisFaults: Faults<RedisBackend> = {
  'wrong password (WRONGPASS)': {
    used: false,
    async bring({ backend }) {
      await setUser(backend, 'resetpass', '>another')
      return () => setUser(backend, 'resetpass', `>${account.password}`)
    },
  },
  'no password given (NOAUTH)': {
    used: false,
    setup: () => ({ anonymous: true }),
    bring: () => undefined,
  },
  'no permission to write (NOPERM)': {
    async bring({ backend }) {
      await setUser(backend, '-@write')
      return () => setUser(backend, '+@write')
    },
  },
  'out of memory (OOM)': {
    async bring({ backend: { server } }) {
      await administer(server, 'CONFIG', 'SET', 'maxmemory', 1)
      return () => administer(server, 'CONFIG', 'SET', 'maxmemory', 0)
    },
  },
  'a replica, whose primary is away (READONLY)': {
    async bring({ backend: { server } }) {
      await administer(server, 'REPLICAOF', server.host, 1)
      return () => administer(server, 'REPLICAOF', 'NO', 'ONE')
    },
  },
  'loading its data (LOADING)': { bring: ({ backend }) => load(backend) },
  'loading its data from the start': { used: false, bring: ({ backend }) => load(backend) },
}

/** How many keys there are to load. */
const FILLERS = 1000

/** Makes it load its data anew, which takes ten milliseconds a key until that is taken back. */
async function load({ server }: RedisBackend): Promise<() => Promise<unknown>> {
  await administer(server, 'DEBUG', 'POPULATE', FILLERS, 'filler', 2048)
  await administer(server, 'CONFIG', 'SET', 'key-load-delay', 10_000)
  const loaded = administer(server, 'DEBUG', 'RELOAD')
  for (let loads = false; !loads; ) {
    loads = `${await administer(server, 'PING').catch(String)}`.includes('LOADING')
  }
  return async () => {
    await administer(server, 'CONFIG', 'SET', 'key-load-delay', 0)
    await loaded
    const fillers = Array.from({ length: FILLERS }, (_, index) => `filler:${index}`)
    await administer(server, 'DEL', ...fillers)
  }
}
