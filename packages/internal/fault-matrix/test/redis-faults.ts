import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults, ProxiedServer } from '@watchman/fault-matrix'
import { account, administer } from './redis-backend.ts'

const setUser = ({ server }: ProxiedServer, ...rules: readonly string[]) =>
  administer(server, 'ACL', 'SETUSER', account.username, ...rules)

/** What can happen to a running Redis. */
export const redisFaults: Faults<ProxiedServer> = {
  'wrong password (WRONGPASS)': {
    warmUp: false,
    async inject({ backend }) {
      await setUser(backend, 'resetpass', '>another')
      return () => setUser(backend, 'resetpass', `>${account.password}`)
    },
  },
  'no password given (NOAUTH)': {
    warmUp: false,
    clientOptions: () => ({ anonymous: true }),
    inject: () => undefined,
  },
  'no permission to write (NOPERM)': {
    async inject({ backend }) {
      await setUser(backend, '-@write')
      return () => setUser(backend, '+@write')
    },
  },
  'out of memory (OOM)': {
    async inject({ backend: { server } }) {
      await administer(server, 'CONFIG', 'SET', 'maxmemory', 1)
      return () => administer(server, 'CONFIG', 'SET', 'maxmemory', 0)
    },
  },
  'an administrator ends idle connections (CLIENT KILL)': {
    async inject({ backend: { server } }) {
      await administer(server, 'CLIENT', 'KILL', 'USER', account.username)
      await sleep(50) // the client notices
      return () => {}
    },
  },
  'every write is held back (CLIENT PAUSE)': {
    async inject({ backend: { server } }) {
      await administer(server, 'CLIENT', 'PAUSE', 600_000, 'WRITE')
      return () => administer(server, 'CLIENT', 'UNPAUSE')
    },
  },
  'a replica, whose primary is away (READONLY)': {
    async inject({ backend: { server } }) {
      await administer(server, 'REPLICAOF', server.host, 1)
      return () => administer(server, 'REPLICAOF', 'NO', 'ONE')
    },
  },
  'loading its data (LOADING)': { inject: ({ backend }) => load(backend) },
  'loading its data from the start': { warmUp: false, inject: ({ backend }) => load(backend) },
}

/** The number of keys to load. */
const FILLERS = 1000

/** Makes the server reload its data, at ten milliseconds a key until the fault is removed. */
async function load({ server }: ProxiedServer): Promise<() => Promise<unknown>> {
  await administer(server, 'DEBUG', 'POPULATE', FILLERS, 'filler', 2048)
  await administer(server, 'CONFIG', 'SET', 'key-load-delay', 10_000)
  const loaded = administer(server, 'DEBUG', 'RELOAD')
  for (let isLoading = false; !isLoading; ) {
    isLoading = `${await administer(server, 'PING').catch(String)}`.includes('LOADING')
  }
  return async () => {
    await administer(server, 'CONFIG', 'SET', 'key-load-delay', 0)
    await loaded
    const fillers = Array.from({ length: FILLERS }, (_, index) => `filler:${index}`)
    await administer(server, 'DEL', ...fillers)
  }
}
