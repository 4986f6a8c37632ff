import { email } from '@watchman/email'
import { nodemailerProbe } from '@watchman/email/nodemailer'
import {
  type Driver,
  type Expectation,
  type Fault,
  type Faults,
  type Kind,
  type Networked,
  networkFaults,
  type Setup,
  serverFaults,
  startProxy,
  type Words,
} from '@watchman/fault-matrix'
import { type SmtpServer, startSmtp } from '@watchman/servers'
import { createTransport } from 'nodemailer'
import { countSockets } from './open-sockets.ts'
import { type SmtpFront, startSmtpFront } from './smtp-front.ts'

interface Backend extends Networked {
  readonly server: SmtpServer
  readonly front: SmtpFront
  stop(): Promise<unknown>
}

/** The account of the application. */
const auth = { user: 'prober', pass: 'pr0ber-secret' }

const TEXT = 'All of it arrives, or nothing.'

async function start(): Promise<Backend> {
  const server = await startSmtp({ auth })
  const [proxy, front] = await Promise.all([startProxy(server), startSmtpFront(server)])
  return { server, proxy, front, stop: () => Promise.all([proxy.stop(), front.stop(), server.stop()]) }
}

/** A fault that the mail server tells of. */
function told(tell: (front: SmtpFront) => void, used = true): Fault<Backend> {
  return {
    used,
    setup: ({ front }) => ({ address: front }),
    bring({ backend: { front } }) {
      tell(front)
      return () => front.pass()
    },
  }
}

const faults: Faults<Backend> = {
  'the mail server is too busy to greet (421)': told(
    (front) => front.greet('421 4.3.2 Too many connections, try again later'),
    false,
  ),
  'the mail server shuts down while it is asked (421)': told((front) =>
    front.answer(/^(MAIL|AUTH) /, '421 4.3.2 Service shutting down'),
  ),
  'the mail server is not ready (554 in place of a greeting)': told(
    (front) => front.greet('554 5.7.1 Your address is on a list of ours'),
    false,
  ),
  'wrong password': told(
    (front) => front.answer(/^AUTH /, '535 5.7.8 Username and password not accepted'),
    false,
  ),
  'STARTTLS is refused': told((front) => {
    front.offer('STARTTLS')
    front.answer(/^STARTTLS/, '454 4.7.0 TLS is not available for now')
  }, false),
  'the sender is refused': told((front) =>
    front.answer(/^MAIL /, '553 5.7.1 This sender is not allowed here'),
  ),
  'the recipient is refused (550)': told((front) => front.answer(/^RCPT /, '550 5.1.1 No such mailbox')),
  'the recipient is refused for now (greylisting)': told((front) =>
    front.answer(/^RCPT /, '451 4.7.1 Greylisted, try again later'),
  ),
  'the connection breaks in the middle of the mail': told((front) => front.breakAt(new RegExp(TEXT))),
  'the disk of the mail server is full': told((front) =>
    front.answer(/^(MAIL|DATA)/, '452 4.3.1 Insufficient system storage'),
  ),
}

interface Variant {
  readonly name: string
  readonly mode: 'send' | 'verify'
  readonly pool?: true
  readonly cells: Readonly<Record<string, Words | Expectation>>
}

/** What is used of a transport with a pool. */
interface Pool {
  readonly _queue?: readonly unknown[]
  readonly _connections?: readonly unknown[]
  pendingCount?(): number
}

function driverOf({ name, mode, pool, cells }: Variant): Driver<Backend> {
  return {
    name,
    cells,
    open({ server }, { address = server, tls = false }: Setup = {}) {
      const { host, port } = address
      const sockets = countSockets(port)
      const settings = { host, port, secure: tls, auth }
      const transporter = pool ? createTransport({ ...settings, pool }) : createTransport(settings)
      const { _queue = [], _connections = [], pendingCount }: Pool = Object(transporter.transporter)
      const listeners = transporter.listenerCount('error')
      const isPart = ({ body }: { readonly body: string }) => body !== `${TEXT}\r\n`
      return {
        probe: nodemailerProbe(transporter, { mode, text: TEXT }),
        leftovers: () => ({
          'mails that wait': _queue.length,
          'connections that are not kept in the pool': sockets.count() - _connections.length,
          'mails of which only a part arrived': server.messages.filter(isPart).length,
          listeners: transporter.listenerCount('error') - listeners,
        }),
        // The connections of a pool say goodbye first, and wait for the answer.
        held: () =>
          pool && mode === 'send'
            ? { 'mails under way': pendingCount?.call(transporter.transporter) ?? 0 }
            : { 'connections of the probe': sockets.count() - _connections.length },
        close() {
          transporter.close()
          sockets.stop()
        },
      }
    },
  }
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
  'the name does not resolve': { reads: UNKNOWN, lasting: UNKNOWN },
  'TLS is expected and not offered': { reads: NO_TLS, lasting: NO_TLS },
  'slow, but faster than the deadline': 'ok',
  'slower than the deadline': SILENT,
  'answers a byte at a time': LATE,
  'the connection is cut in the middle of an answer': CLOSED,
  'answers garbage': LATE,
  'something else answers on the port': LATE,
  'accepts and says nothing': SILENT,
  'accepts and closes at once': CLOSED,
  'the mail server is too busy to greet (421)': /^Invalid greeting\..* 421 4\.3\.2 Too many connections/,
  'the mail server shuts down while it is asked (421)': /: 421 4\.3\.2 Service shutting down$/,
  'the mail server is not ready (554 in place of a greeting)':
    /^Invalid greeting\..* 554 5\.7\.1 Your address/,
  'wrong password': /^Invalid login: 535 5\.7\.8 Username and password not accepted$/,
  'STARTTLS is refused': /STARTTLS: 454 4\.7\.0 TLS is not available for now$/,
} as const

/** A pool connects again by itself, five times and ever later; of its connections the probe sees nothing. */
const pooled = {
  ...common,
  'killed (SIGKILL) while it is asked': REFUSED,
  'held (SIGSTOP) for longer than the deadline': LATE,
  'slower than the deadline': LATE,
  'the connection is cut in the middle of an answer': LATE,
  'accepts and says nothing': LATE,
  'accepts and closes at once': LATE,
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

export const smtpKind: Kind<Backend> = {
  name: 'SMTP',
  start,
  secrets: () => [auth.pass, Buffer.from(`\0${auth.user}\0${auth.pass}`).toString('base64')],
  check: email,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [
    driverOf({ name: 'nodemailer', mode: 'send', cells: { ...common, ...refusals } }),
    driverOf({ name: 'nodemailer, `verify`', mode: 'verify', cells: { ...common, ...unnoticed } }),
    driverOf({ name: 'nodemailer with a pool', mode: 'send', pool: true, cells: { ...pooled, ...refusals } }),
    driverOf({
      name: 'nodemailer with a pool, `verify`',
      mode: 'verify',
      pool: true,
      cells: { ...common, ...unnoticed },
    }),
  ],
}
