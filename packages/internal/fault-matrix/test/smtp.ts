import { email } from '@watchman/email'
import { nodemailerProbe } from '@watchman/email/nodemailer'
import {
  type BackendSpec,
  type DriverSpec,
  type Fault,
  type Faults,
  networkFaults,
  type ProxiedServer,
  serverFaults,
  withProxy,
} from '@watchman/fault-matrix'
import { type SmtpServer, startSmtp } from '@watchman/servers'
import { createTransport } from 'nodemailer'
import { lengthOf } from './length-of.ts'
import { countSockets } from './open-sockets.ts'
import { type SmtpFaultProxy, startSmtpFaultProxy } from './smtp-fault-proxy.ts'

interface Backend extends ProxiedServer<SmtpServer> {
  readonly smtpProxy: SmtpFaultProxy
}

/** The account of the application. */
export const auth = { user: 'prober', pass: 'pr0ber-secret' }

const TEXT = 'All of it arrives, or nothing.'

async function start(): Promise<Backend> {
  const backend = await withProxy(await startSmtp({ auth }))
  const smtpProxy = await startSmtpFaultProxy(backend.server)
  return { ...backend, smtpProxy, stop: () => Promise.all([smtpProxy.close(), backend.stop()]) }
}

/** A fault in which the mail server replies in another way. */
function replyFault(cause: (proxy: SmtpFaultProxy) => void, warmUp = true): Fault<Backend> {
  return {
    warmUp,
    clientOptions: ({ smtpProxy }) => ({ address: smtpProxy }),
    inject({ backend: { smtpProxy } }) {
      cause(smtpProxy)
      return () => smtpProxy.pass()
    },
  }
}

const faults: Faults<Backend> = {
  'the mail server is too busy to greet (421)': replyFault(
    (proxy) => proxy.greet('421 4.3.2 Too many connections, try again later'),
    false,
  ),
  'the mail server shuts down while it is asked (421)': replyFault((proxy) =>
    proxy.reply(/^(MAIL|AUTH) /, '421 4.3.2 Service shutting down'),
  ),
  'the mail server is not ready (554 in place of a greeting)': replyFault(
    (proxy) => proxy.greet('554 5.7.1 Your address is on a list of ours'),
    false,
  ),
  'wrong password': replyFault(
    (proxy) => proxy.reply(/^AUTH /, '535 5.7.8 Username and password not accepted'),
    false,
  ),
  'STARTTLS is refused': replyFault((proxy) => {
    proxy.offer('STARTTLS')
    proxy.reply(/^STARTTLS/, '454 4.7.0 TLS is not available for now')
  }, false),
  'the sender is refused': replyFault((proxy) =>
    proxy.reply(/^MAIL /, '553 5.7.1 This sender is not allowed here'),
  ),
  'the recipient is refused (550)': replyFault((proxy) => proxy.reply(/^RCPT /, '550 5.1.1 No such mailbox')),
  'the recipient is refused for now (greylisting)': replyFault((proxy) =>
    proxy.reply(/^RCPT /, '451 4.7.1 Greylisted, try again later'),
  ),
  'the connection breaks in the middle of the mail': replyFault((proxy) => proxy.breakAt(new RegExp(TEXT))),
  'the disk of the mail server is full': replyFault((proxy) =>
    proxy.reply(/^(MAIL|DATA)/, '452 4.3.1 Insufficient system storage'),
  ),
}

interface Variant {
  readonly name: string
  readonly mode: 'send' | 'verify'
  readonly pool?: true
  readonly cells: DriverSpec<Backend>['cells']
}

function nodemailerDriver({ name, mode, pool, cells }: Variant): DriverSpec<Backend> {
  return {
    name,
    cells,
    open({ server }, { address = server, tls = false } = {}) {
      const { host, port } = address
      const sockets = countSockets(port)
      const options = { host, port, secure: tls, auth }
      const transporter = pool ? createTransport({ ...options, pool }) : createTransport(options)
      const inPool = (list: '_queue' | '_connections') => (pool ? lengthOf(transporter.transporter, list) : 0)
      const listeners = transporter.listenerCount('error')
      const isPart = ({ body }: { readonly body: string }) => body !== `${TEXT}\r\n`
      return {
        probe: nodemailerProbe(transporter, { mode, text: TEXT }),
        leftovers: () => ({
          'queued mails': inPool('_queue'),
          'connections that are not kept in the pool': sockets.count() - inPool('_connections'),
          'mails of which only a part arrived': server.messages.filter(isPart).length,
          listeners: transporter.listenerCount('error') - listeners,
        }),
        // A pooled connection sends QUIT first, and waits for the reply.
        heldResources: () =>
          pool && mode === 'send'
            ? { 'pending mails': countPending(transporter.transporter) }
            : { 'connections of the probe': sockets.count() - inPool('_connections') },
        close() {
          transporter.close()
          sockets.stop()
        },
      }
    },
  }
}

/** The number of mails that the pool is sending. */
function countPending(transport: { readonly name: string; pendingCount?(): number }): number {
  return transport.pendingCount?.() ?? 0
}

const REFUSED = /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/
const BROKEN = /^read ECONNRESET$/
const CLOSED = /^Connection closed unexpectedly$/
const LATE = /^timed out after 800 ms$/
const SILENT = /^the mail server has accepted the connection and says nothing: timed out after 800 ms$/
const NO_TLS = /^the mail server does not start with TLS on this port, as secure: true requires$/
const UNKNOWN = /^getaddrinfo \w+ nonexistent\.invalid$/

const common = {
  'the server is not started': REFUSED,
  'killed (SIGKILL) while it is asked': BROKEN,
  'killed (SIGKILL) between two probes': REFUSED,
  'held (SIGSTOP) for longer than the deadline': SILENT,
  'restarted on the same port': 'ok',
  'the port refuses connections': REFUSED,
  'the name does not resolve': { message: UNKNOWN, stickyMessage: UNKNOWN },
  'TLS is expected and not offered': { message: NO_TLS, stickyMessage: NO_TLS },
  'slow, but faster than the deadline': 'ok',
  'slower than the deadline': SILENT,
  'answers a byte at a time': LATE,
  'the connection is cut in the middle of an answer': CLOSED,
  'answers garbage': LATE,
  'something else answers on the port': LATE,
  'accepts and says nothing': SILENT,
  'accepts and closes at once': CLOSED,
  'open connections go silent, new ones work': 'ok', // each run opens one
  'the server closes idle connections': 'ok',
  'the mail server is too busy to greet (421)': /^Invalid greeting\..* 421 4\.3\.2 Too many connections/,
  'the mail server shuts down while it is asked (421)': /: 421 4\.3\.2 Service shutting down$/,
  'the mail server is not ready (554 in place of a greeting)':
    /^Invalid greeting\..* 554 5\.7\.1 Your address/,
  'wrong password': /^Invalid login: 535 5\.7\.8 Username and password not accepted$/,
  'STARTTLS is refused': /STARTTLS: 454 4\.7\.0 TLS is not available for now$/,
} as const

/** A pool retries five times, at growing intervals; the probe does not see its connections. */
const pooled = {
  ...common,
  'killed (SIGKILL) while it is asked': REFUSED,
  'held (SIGSTOP) for longer than the deadline': LATE,
  'slower than the deadline': LATE,
  'the connection is cut in the middle of an answer': LATE,
  'accepts and says nothing': LATE,
  'accepts and closes at once': LATE,
  'open connections go silent, new ones work': LATE,
} as const

const refusals = {
  'the sender is refused': /553 5.7.1 This sender is not allowed here/,
  'the recipient is refused (550)': /550 5.1.1 No such mailbox/,
  'the recipient is refused for now (greylisting)': /451 4.7.1 Greylisted, try again later/,
  'the connection breaks in the middle of the mail': CLOSED,
  'the disk of the mail server is full': /452 4.3.1 Insufficient system storage/,
}

const unnoticed = {
  'the sender is refused': 'ok',
  'the recipient is refused (550)': 'ok',
  'the recipient is refused for now (greylisting)': 'ok',
  'the disk of the mail server is full': 'ok',
} as const

export const smtpSpec: BackendSpec<Backend> = {
  name: 'SMTP',
  start,
  secrets: () => [auth.pass, Buffer.from(`\0${auth.user}\0${auth.pass}`).toString('base64')],
  check: email,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [
    nodemailerDriver({ name: 'nodemailer', mode: 'send', cells: { ...common, ...refusals } }),
    nodemailerDriver({ name: 'nodemailer, `verify`', mode: 'verify', cells: { ...common, ...unnoticed } }),
    nodemailerDriver({
      name: 'nodemailer with a pool',
      mode: 'send',
      pool: true,
      cells: { ...pooled, ...refusals },
    }),
    nodemailerDriver({
      name: 'nodemailer with a pool, `verify`',
      mode: 'verify',
      pool: true,
      cells: { ...common, ...unnoticed },
    }),
  ],
}
