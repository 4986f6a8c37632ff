import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultProxy } from '@watchman/testing'
import { DEADLINE } from './deadline.ts'
import type { Fault, FaultContext, Faults, Restore } from './fault.ts'
import type { ProxiedServer } from './proxied-server.ts'

type Backend = Pick<ProxiedServer, 'server' | 'proxy'>

/** What can happen to any server. */
export const serverFaults: Faults<Backend> = {
  'the server is not started': {
    warmUp: false,
    async inject({ backend: { server } }) {
      await server.kill()
      return () => server.restart()
    },
  },
  'killed (SIGKILL) while it is asked': {
    inject({ backend: { server } }) {
      server.pause()
      return () => server.restart()
    },
    duringProbe: ({ backend: { server } }) => server.kill(),
  },
  'killed (SIGKILL) between two probes': {
    async inject({ backend: { server } }) {
      await server.kill()
      await sleep(50) // the client notices
      return () => server.restart()
    },
  },
  'held (SIGSTOP) for longer than the deadline': {
    inject({ backend: { server } }) {
      server.pause()
      return () => server.resume()
    },
  },
  'restarted on the same port': {
    async inject({ backend: { server } }) {
      await server.restart()
      return () => {}
    },
  },
}

/** A fault that the proxy causes. */
function proxyFault(cause: (proxy: FaultProxy) => Promise<void>, warmUp = true): Fault<Backend> {
  return {
    warmUp,
    clientOptions: ({ proxy }) => ({ address: proxy }),
    async inject({ backend: { proxy } }) {
      await cause(proxy)
      return () => proxy.pass()
    },
  }
}

/** What can happen between a client and any server. */
export const networkFaults: Faults<Backend> = {
  'the port refuses connections': proxyFault((proxy) => proxy.refuse(), false),
  'the name does not resolve': {
    warmUp: false,
    clientOptions: ({ server: { port } }) => ({ address: { host: 'nonexistent.invalid', port } }),
    inject: () => undefined,
  },
  'TLS is expected and not offered': {
    warmUp: false,
    clientOptions: () => ({ tls: true }),
    inject: () => undefined,
  },
  // A probe may wait for several responses.
  'slow, but faster than the deadline': proxyFault((proxy) => proxy.delay(DEADLINE / 16)),
  'slower than the deadline': proxyFault((proxy) => proxy.delay(DEADLINE * 3)),
  'answers a byte at a time': proxyFault((proxy) => proxy.trickle(DEADLINE / 10)),
  'the connection is cut in the middle of an answer': proxyFault((proxy) => proxy.truncate()),
  'answers garbage': proxyFault((proxy) => proxy.sendGarbage()),
  'something else answers on the port': proxyFault((proxy) => proxy.sendGarbage(), false),
  'accepts and says nothing': proxyFault((proxy) => proxy.hang(), false),
  'accepts and closes at once': proxyFault((proxy) => proxy.closeOnConnect(), false),
  'open connections go silent, new ones work': {
    ...proxyFault(async (proxy) => proxy.blackHole()),
    afterClose: ({ proxy }) => proxy.reset(), // a lost connection does not answer a client that ends it
  },
  'the server closes idle connections': proxyFault(async (proxy) => {
    await proxy.closeOnConnect()
    await proxy.pass()
    await sleep(50) // the client notices
  }),
}

/** Takes every connection of the pool of a client; returns the function that releases them. */
function exhaust({ client }: FaultContext<unknown>): Promise<Restore> {
  if (!client.exhaust) throw new Error('[fault-matrix] this client has no pool that could be exhausted')
  return client.exhaust()
}

/** What can happen to any pool. */
export const poolFaults: Faults<Backend> = {
  'every connection of the pool is in use': { inject: exhaust },
  'every connection of the pool goes silent, new ones work': {
    clientOptions: ({ proxy }) => ({ address: proxy }),
    afterClose: ({ proxy }) => proxy.reset(),
    async inject(context) {
      const release = await exhaust(context) // so that the pool has opened all of them
      await release()
      context.backend.proxy.blackHole()
      return () => {}
    },
  },
}
