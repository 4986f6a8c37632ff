import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Probe } from '@watchman/core'
import {
  type Address,
  type BackendSpec,
  type DriverSpec,
  type Fault,
  type Faults,
  networkFaults,
  type ProxiedServer,
  serverFaults,
  withProxy,
} from '@watchman/fault-matrix'
import { httpProbe, services } from '@watchman/http'
import { tcpProbe } from '@watchman/http/tcp'
import { missing, startNginx } from '@watchman/servers'
import { countSockets } from './open-sockets.ts'
import { type Page, type S3FaultProxy, startS3FaultProxy } from './s3-fault-proxy.ts'

interface Backend extends ProxiedServer {
  /** A proxy that answers in place of the server. */
  readonly gateway: S3FaultProxy
}

const TOKEN = 'p4yments-secret'

async function start(): Promise<Backend> {
  const config = (port: number) => `server { listen 127.0.0.1:${port}; location / { return 200 "up"; } }`
  const backend = await withProxy(await startNginx({ config }))
  const gateway = await startS3FaultProxy(backend.server)
  return { ...backend, gateway, stop: () => Promise.all([gateway.close(), backend.stop()]) }
}

/** A fault in which a gateway answers with this page. */
function pageFault(page: Page): Fault<Backend> {
  return {
    clientOptions: ({ gateway }) => ({ address: gateway }),
    inject({ backend: { gateway } }) {
      gateway.respondWith(page)
      return () => gateway.pass()
    },
  }
}

const faults: Faults<Backend> = {
  'rate limited (429)': pageFault({ status: 429, html: 'Too Many Requests' }),
  'a gateway answers in its place (502)': pageFault({ status: 502, html: '<h1>502 Bad Gateway</h1>' }),
  'the token is refused (401)': pageFault({ status: 401, html: 'Unauthorized' }),
}

const REFUSED = /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/
const UNKNOWN = /^getaddrinfo \w+ nonexistent\.invalid$/
const CLOSED = /socket hang up|ECONNRESET|closed/
const LATE = /^timed out after 800 ms$/
const GARBAGE = /Parse Error|does not speak HTTP/
const NO_TLS = /^the server does not speak TLS on this port$/

const httpCells = {
  'the server is not started': REFUSED,
  'killed (SIGKILL) while it is asked': CLOSED,
  'killed (SIGKILL) between two probes': REFUSED,
  'held (SIGSTOP) for longer than the deadline': LATE,
  'restarted on the same port': 'ok',
  'the port refuses connections': REFUSED,
  'the name does not resolve': { message: UNKNOWN, stickyMessage: UNKNOWN },
  'TLS is expected and not offered': { message: NO_TLS, stickyMessage: NO_TLS },
  'slow, but faster than the deadline': 'ok',
  'slower than the deadline': LATE,
  'answers a byte at a time': LATE,
  'the connection is cut in the middle of an answer': CLOSED,
  'answers garbage': GARBAGE,
  'something else answers on the port': GARBAGE,
  'accepts and says nothing': LATE,
  'accepts and closes at once': CLOSED,
  'open connections go silent, new ones work': 'ok', // each run opens one
  'the server closes idle connections': 'ok',
  'rate limited (429)': /^answered 429, not from 200 to 299$/,
  'a gateway answers in its place (502)': /^answered 502, not from 200 to 299$/,
  'the token is refused (401)': /^answered 401, not from 200 to 299$/,
} as const satisfies DriverSpec<Backend>['cells']

/** A driver whose probe is made for an address. */
function urlDriver(
  name: string,
  makeProbe: (address: Address, tls: boolean, agent: Agent) => Probe,
  cells: DriverSpec<Backend>['cells'],
): DriverSpec<Backend> {
  return {
    name,
    cells,
    open({ server }, { address = server, tls = false } = {}) {
      const agent = tls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
      const sockets = countSockets(address.port)
      const idle = () => Object.values(agent.freeSockets).flat().length
      const counts = () => ({ 'connections that are not kept in the agent': sockets.count() - idle() })
      return {
        probe: makeProbe(address, tls, agent),
        heldResources: counts,
        leftovers: counts,
        close() {
          agent.destroy()
          sockets.stop()
        },
      }
    },
  }
}

const urlOf = ({ host, port }: Address, tls: boolean) => `${tls ? 'https' : 'http'}://${host}:${port}/`
const headers = { authorization: `Bearer ${TOKEN}` }

export const httpSpec: BackendSpec<Backend> = {
  name: 'HTTP',
  skipReason: missing('nginx'),
  start,
  secrets: () => [TOKEN],
  check: services,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [
    urlDriver('`httpProbe`', (address, tls) => httpProbe(urlOf(address, tls), { headers }), httpCells),
    urlDriver(
      '`httpProbe` with an agent',
      (address, tls, agent) => httpProbe(urlOf(address, tls), { headers, agent }),
      {
        ...httpCells,
        'killed (SIGKILL) while it is asked': REFUSED, // it is asked again over a new connection
        'open connections go silent, new ones work': LATE,
      },
    ),
    urlDriver('`tcpProbe`', ({ host, port }) => tcpProbe(host, port), {
      'the server is not started': REFUSED,
      'killed (SIGKILL) between two probes': REFUSED,
      'held (SIGSTOP) for longer than the deadline': 'ok', // the system accepts the connection
      'restarted on the same port': 'ok',
      'the port refuses connections': REFUSED,
      'the name does not resolve': { message: UNKNOWN, stickyMessage: UNKNOWN },
      'slow, but faster than the deadline': 'ok',
      'slower than the deadline': 'ok',
      'something else answers on the port': 'ok',
      'accepts and says nothing': 'ok',
    }),
  ],
}
