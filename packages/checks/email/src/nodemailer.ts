import type { Probe } from '@watchman/core'
import {
  aListOfNames,
  anObject,
  aString,
  assertClient,
  assertOption,
  hasMembers,
  isName,
  isObject,
  memberOf,
  oneOf,
  type Rules,
  validate,
} from '@watchman/core/driver'
import { type ConnectingTransporter, withOwnedSocket } from './with-owned-socket.ts'

/** The members of a nodemailer transporter that are used. `createTransport` returns one. */
export interface NodemailerTransporter extends ConnectingTransporter {
  readonly transporter: NodemailerTransport
  sendMail(message: TestMail): Promise<unknown>
}

/** The members of the transport in a transporter that are used. */
export interface NodemailerTransport {
  /** `'SMTP'` is the transport that opens a connection for each mail. */
  readonly name: string
  readonly supportsAbortSignal?: boolean | undefined
  readonly options?: { readonly maxConnections?: number | undefined } | undefined
  readonly getSocket?: ConnectingTransporter['transporter']['getSocket']
  pendingCount?(): number
  verify?(): Promise<unknown>
}

/** The mail that is passed to nodemailer. */
export interface TestMail {
  to: string | string[]
  from: string
  subject: string
  text: string
  headers: Record<string, string>
  signal?: AbortSignal
}

/** Options of `nodemailer`. */
export interface NodemailerOptions {
  /** `'send'` sends the test mail; `'verify'` connects and logs in, and sends nothing. @default 'send' */
  readonly mode?: 'send' | 'verify' | undefined
  /** The recipients of the test mail: an address or several. @default 'to@example.com' */
  readonly to?: string | readonly string[] | undefined
  /** Its sender. @default 'watchman@example.com' */
  readonly from?: string | undefined
  /** Its subject. @default 'Watchman: health check' */
  readonly subject?: string | undefined
  /** Its body. @default 'This is a health check by Watchman. There is no need to answer.' */
  readonly text?: string | undefined
  /** Headers added to `X-Watchman: true`, by which mail filters recognise it. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const RULES: Rules<NodemailerOptions> = {
  mode: oneOf('send', 'verify'),
  to: {
    expected: 'an address or a non-empty array of addresses',
    matches: (to) => isName(to) || (aListOfNames.matches(to) && memberOf(to, 'length') !== 0),
  },
  from: aString,
  subject: aString,
  text: aString,
  headers: anObject,
}

/**
 * Sends a test mail through a transporter of nodemailer, or logs in with it. It fails when the server refuses some or all of
 * the recipients.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but a transporter, an option that cannot work, or the mode
 * `'verify'` with a transport that cannot log in (json, stream, sendmail).
 * @example
 * email(nodemailerProbe(transporter, { to: 'monitoring@example.org', from: 'app@example.org' }))
 */
export function nodemailerProbe(transporter: NodemailerTransporter, options: NodemailerOptions = {}): Probe {
  assertClient(
    'nodemailerProbe',
    transporter,
    'a transporter of the nodemailer package, as createTransport returns it',
    hasMembers(transporter, { sendMail: 'function' }) && isObject(transporter.transporter),
  )
  const { transporter: transport } = transporter
  const { mode = 'send' } = validate('nodemailerProbe', options, RULES)
  const canVerify = typeof transport.verify === 'function'
  assertOption(
    mode === 'send' || canVerify,
    `nodemailerProbe(…) cannot verify the transport ${transport.name}, which has no login: use the mode 'send'`,
  )
  const connects = typeof transport.getSocket === 'function'

  const verify = async (mailer: NodemailerTransporter) => {
    if (!(await mailer.transporter.verify?.())) throw new Error('the transport did not verify')
  }
  const send = async (mailer: NodemailerTransporter, signal: AbortSignal) => {
    const cancels = transport.supportsAbortSignal === true
    assertAccepted(await mailer.sendMail({ ...toMail(options), ...(cancels && { signal }) }))
  }

  const sendThroughPool = async (signal: AbortSignal) => {
    const full = describeFullPool(transport)
    try {
      await send(transporter, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      throw full && describeFullPool(transport) ? new Error(full, { cause: signal.reason }) : signal.reason
    }
  }

  const run = (signal: AbortSignal) => {
    // The connections of a pool belong to the application.
    const ownsSocket = connects && (mode === 'verify' || transport.name === 'SMTP')
    if (ownsSocket)
      return withOwnedSocket(transporter, signal, mode === 'verify' ? verify : (view) => send(view, signal))
    return mode === 'verify' ? verify(transporter) : sendThroughPool(signal)
  }

  return async (signal) => {
    try {
      await run(signal)
    } catch (error) {
      throw clarifyError(error)
    }
  }
}

function toMail({
  to = 'to@example.com',
  from = 'watchman@example.com',
  subject = 'Watchman: health check',
  text = 'This is a health check by Watchman. There is no need to answer.',
  headers = {},
}: NodemailerOptions): TestMail {
  return {
    to: typeof to === 'string' ? to : [...to],
    from,
    subject,
    text,
    headers: { 'X-Watchman': 'true', ...headers },
  }
}

/**
 * Returns the error message of a pool whose connections are all in use; undefined where one is free, and before nodemailer
 * 10.2, whose pools do not count.
 */
function describeFullPool(transport: NodemailerTransport): string | undefined {
  const count = transport.options?.maxConnections
  if (!count || (transport.pendingCount?.() ?? 0) < count) return undefined
  return `pool has no free connection (${count} of ${count} in use)`
}

/** Replaces OpenSSL's "wrong version number" by a readable message. */
function clarifyError(error: unknown): unknown {
  if (!String(error).includes('wrong version number')) return error
  return new Error('the mail server does not start with TLS on this port, as secure: true requires')
}

/** @throws Error where the server refused some of the recipients. */
function assertAccepted(sent: unknown): void {
  const accepted = memberOf(sent, 'accepted')
  const rejected = memberOf(sent, 'rejected')
  if (!Array.isArray(rejected) || rejected.length === 0) return
  const all = rejected.length + (Array.isArray(accepted) ? accepted.length : 0)
  throw new Error(`the mail server refused ${rejected.length} of ${all} recipients`)
}
