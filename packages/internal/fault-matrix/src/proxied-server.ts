import { freePort, type Server } from '@watchman/servers'
import { type FaultProxy, startFaultProxy } from '@watchman/testing'

/** A server, and a proxy to it. */
export interface ProxiedServer<Kind extends Server = Server> {
  readonly server: Kind
  readonly proxy: FaultProxy
  stop(): Promise<unknown>
}

/** Starts a proxy to a server; `stop` stops both. */
export async function withProxy<Kind extends Server>(server: Kind): Promise<ProxiedServer<Kind>> {
  const proxy = await startFaultProxy(server, { port: await freePort() })
  return { server, proxy, stop: () => Promise.all([proxy.close(), server.stop()]) }
}
