import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '@watchman/servers'
import { DEADLINE } from './deadline.ts'
import type { Faults } from './fault.ts'
import type { FaultyProxy } from './proxy.ts'

/** A server, and a proxy of ours before it. */
export interface Networked {
  readonly server: Server
  readonly proxy: FaultyProxy
}

const throughProxy = ({ proxy }: Networked) => ({ address: proxy })

/** What can happen to any server. */
export const serverFaults: Faults<Networked> = {
  'the server is not started': {
    used: false,
    async bring({ backend: { server } }) {
      await server.kill()
      return () => server.restart()
    },
  },
  'killed (SIGKILL) while it is asked': {
    bring({ backend: { server } }) {
      server.pause()
      return () => server.restart()
    },
    meanwhile: ({ backend: { server } }) => server.kill(),
  },
  'killed (SIGKILL) between two probes': {
    async bring({ backend: { server } }) {
      await server.kill()
      await sleep(50) // the client hears of it
      return () => server.restart()
    },
  },
  'held (SIGSTOP) for longer than the deadline': {
    bring({ backend: { server } }) {
      server.pause()
      return () => server.resume()
    },
  },
  'restarted on the same port': {
    async bring({ backend: { server } }) {
      await server.restart()
      return () => {}
    },
  },
}

/** What can happen on the way to any server. */
export const networkFaults: Faults<Networked> = {
  'the port refuses connections': {
    used: false,
    setup: throughProxy,
    async bring({ backend: { proxy } }) {
      await proxy.refuse()
      return () => proxy.pass()
    },
  },
  'the name does not resolve': {
    used: false,
    setup: ({ server: { port } }) => ({ address: { host: 'nonexistent.invalid', port } }),
    bring: () => undefined,
  },
  'TLS is expected and not offered': {
    used: false,
    setup: () => ({ tls: true }),
    bring: () => undefined,
  },
  'slow, but faster than the deadline': {
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.delay(DEADLINE / 16) // a probe may wait for several answers
      return () => proxy.pass()
    },
  },
  'slower than the deadline': {
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.delay(DEADLINE * 3)
      return () => proxy.pass()
    },
  },
  'answers a byte at a time': {
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.trickle(DEADLINE / 10)
      return () => proxy.pass()
    },
  },
  'the connection is cut in the middle of an answer': {
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.cut()
      return () => proxy.pass()
    },
  },
  'answers garbage': {
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.garbage()
      return () => proxy.pass()
    },
  },
  'something else answers on the port': {
    used: false,
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.garbage()
      return () => proxy.pass()
    },
  },
  'accepts and says nothing': {
    used: false,
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.silence()
      return () => proxy.pass()
    },
  },
  'accepts and closes at once': {
    used: false,
    setup: throughProxy,
    bring({ backend: { proxy } }) {
      proxy.hangUp()
      return () => proxy.pass()
    },
  },
}

/** What can happen to any pool. */
export const poolFaults: Faults<object> = {
  'every connection of the pool is in use': {
    async bring({ client: { exhaust } }) {
      if (!exhaust) throw new Error('[faults] this client has no pool that could be exhausted')
      return exhaust()
    },
  },
}
