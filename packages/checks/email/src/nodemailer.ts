import { type Probe, WatchmanError } from '@watchman/core'
import { type Connecting, withOwnSocket } from './own-socket.ts'

/** What is used of a transporter of the nodemailer package, which `createTransport` returns. */
export interface NodemailerTransporter extends Connecting {
  readonly transporter: NodemailerTransport
  sendMail(message: TestMail): Promise<unknown>
}

/** What is used of the transport in a transporter. */
export interface NodemailerTransport {
  /** `'SMTP'` is the transport that opens a connection for each mail. */
  readonly name: string
  readonly supportsAbortSignal?: boolean | undefined
  readonly options?: { readonly maxConnections?: number | undefined } | undefined
  readonly getSocket?: Connecting['transporter']['getSocket']
  pendingCount?(): number
  verify?(): Promise<unknown>
}

/** The mail as nodemailer takes it. */
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
  /** Who gets the test mail: an address or several. @default 'to@example.com' */
  readonly to?: string | readonly string[] | undefined
  /** Who sends it. @default 'watchman@example.com' */
  readonly from?: string | undefined
  /** Its subject. @default 'Watchman: health check' */
  readonly subject?: string | undefined
  /** Its body. @default 'This is a health check by Watchman. There is no need to answer.' */
  readonly text?: string | undefined
  /** Headers added to `X-Watchman: true`, which filters can go by. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Sends a test mail through a transporter of nodemailer, or logs in with it. Recipients that the server refuses fail it,
 * be it some or all of them.
 *
 * @throws WatchmanError `INVALID_OPTION` for something else than a transporter, an option that cannot work, or the mode
 * `'verify'` with a transport that cannot log in (json, stream, sendmail).
 * @example
 * email(nodemailer(transporter, { to: 'monitoring@example.org', from: 'app@example.org' }))
 */
export function nodemailer(transporter: NodemailerTransporter, options: NodemailerOptions = {}): Probe {
  ensureTransporter(transporter)
  ensureOptions(options, transporter.transporter)
  const { transporter: transport } = transporter
  const { mode = 'send' } = options
  const connects = typeof transport.getSocket === 'function'

  const verify = async (mailer: NodemailerTransporter) => {
    if (!(await mailer.transporter.verify?.())) throw new Error('the transport did not verify')
  }
  const send = async (mailer: NodemailerTransporter, signal: AbortSignal) => {
    const cancels = transport.supportsAbortSignal === true
    ensureAccepted(await mailer.sendMail({ ...toMail(options), ...(cancels && { signal }) }))
  }

  const sendThroughPool = async (signal: AbortSignal) => {
    const full = fullPool(transport)
    try {
      await send(transporter, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      throw full && fullPool(transport) ? new Error(full, { cause: signal.reason }) : signal.reason
    }
  }

  const ask = (signal: AbortSignal) => {
    // The connections of a pool are not ours to open or close.
    const owns = connects && (mode === 'verify' || transport.name === 'SMTP')
    if (owns)
      return withOwnSocket(transporter, signal, mode === 'verify' ? verify : (view) => send(view, signal))
    return mode === 'verify' ? verify(transporter) : sendThroughPool(signal)
  }

  return async (signal) => {
    try {
      await ask(signal)
    } catch (error) {
      throw inWords(error)
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

/** What is wrong with a pool whose connections are all taken; of those that can be asked: from nodemailer 10.2 on. */
function fullPool(transport: NodemailerTransport): string | undefined {
  const count = transport.options?.maxConnections
  if (!count || (transport.pendingCount?.() ?? 0) < count) return undefined
  return `pool has no free connection (${count} of ${count} in use)`
}

/** What OpenSSL says of a server that answers its first message in plain text means nothing to who reads it. */
function inWords(error: unknown): unknown {
  if (!/wrong version number/.test(String(error))) return error
  return new Error('the mail server does not begin with TLS on this port, as secure: true wants it')
}

/** @throws Error where the server took the mail for some of its recipients only. */
function ensureAccepted(sent: unknown): void {
  const { accepted, rejected }: { accepted?: unknown; rejected?: unknown } = Object(sent)
  if (!Array.isArray(rejected) || rejected.length === 0) return
  const all = rejected.length + (Array.isArray(accepted) ? accepted.length : 0)
  throw new Error(`the mail server refused ${rejected.length} of ${all} recipients`)
}

function ensureTransporter(value: unknown): void {
  const { sendMail, transporter }: Partial<NodemailerTransporter> = Object(value)
  if (typeof sendMail === 'function' && typeof transporter === 'object') return
  const found = value === undefined || value === null ? `${value}` : `another ${typeof value}`
  invalid(`wants a transporter of the nodemailer package, as createTransport returns it, not ${found}`)
}

function ensureOptions(
  { mode = 'send', to }: NodemailerOptions,
  { name, verify }: NodemailerTransport,
): void {
  if (mode !== 'send' && mode !== 'verify') invalid(`has no mode '${mode}': it is 'send' or 'verify'`)
  if (mode === 'verify' && typeof verify !== 'function')
    invalid(`cannot verify the transport ${name}, which has no login: use the mode 'send'`)
  if (to?.length === 0) invalid('has no recipient: name one in the option to')
}

function invalid(message: string): never {
  throw new WatchmanError('INVALID_OPTION', `nodemailer(…) ${message}`)
}
