import type { Probe } from '@watchman/core'
import {
  adoptPending,
  aListOfNames,
  aName,
  aString,
  assertClient,
  assertOption,
  hasMembers,
  isName,
  isObject,
  isRecord,
  memberOf,
  oneOf,
  type Rules,
  secretsOf,
  validate,
} from '@watchman/core/driver'
import type { SigningTransporter } from './dkim-warning.ts'
import { encodedLogin } from './encoded-login.ts'
import type { MailPool } from './pool-usage.ts'
import { sendOnce, type TransmittingTransporter } from './send-once.ts'
import { sendThroughPool } from './send-through-pool.ts'
import { setupWarning } from './setup-warning.ts'
import { assertAccepted, type TestMail, toMail } from './test-mail.ts'
import { type SpawningTransporter, withOwnedProcess } from './with-owned-process.ts'
import { type ConnectingTransporter, withOwnedSocket } from './with-owned-socket.ts'

export type { TestMail } from './test-mail.ts'

/** The members of a nodemailer transporter that are used. `createTransport` returns one. */
export interface NodemailerTransporter
  extends ConnectingTransporter,
    SpawningTransporter,
    SigningTransporter,
    TransmittingTransporter {
  readonly transporter: NodemailerTransport
  readonly options?: unknown
  sendMail(message: TestMail): Promise<unknown>
}

/** The members of the transport in a transporter that are used. */
export interface NodemailerTransport extends MailPool {
  /** `'SMTP'` is the transport that opens a connection for each mail. */
  readonly name: string
  readonly supportsAbortSignal?: boolean | undefined
  readonly getSocket?: ConnectingTransporter['transporter']['getSocket']
  readonly _spawn?: SpawningTransporter['transporter']['_spawn']
  readonly send?: unknown
  /** Whether a pool was closed: not part of its types. */
  readonly _closed?: boolean
  verify?(): Promise<unknown>
}

/** Options of `nodemailerProbe`. */
export interface NodemailerOptions {
  /**
   * `'verify'` connects and logs in, and sends nothing; `'send'` sends the test mail.
   * @default 'send' if `to` is set, otherwise 'verify'
   */
  readonly mode?: 'send' | 'verify' | undefined
  /** The recipients of the test mail: an address or several. @default 'to@example.com' in the mode 'send' */
  readonly to?: string | readonly string[] | undefined
  /** Its sender. @default 'watchman@example.com' */
  readonly from?: string | undefined
  /** Its subject. @default 'Watchman: health check' */
  readonly subject?: string | undefined
  /** Its body. @default 'This is a health check by Watchman. There is no need to answer.' */
  readonly text?: string | undefined
  /** Headers added to `X-Watchman: true`, by which mail filters recognise it. @default {} */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  /**
   * The state while no connection of the transporter's pool is free, or its rate limit is reached: `'degraded'` keeps the
   * HTTP status 200, because a busy pool is not broken; `'failing'` fails the report. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
}

const RULES: Rules<NodemailerOptions> = {
  mode: oneOf('send', 'verify'),
  to: {
    expected: 'an address or a non-empty array of addresses',
    matches: (to) => isName(to) || (aListOfNames.matches(to) && memberOf(to, 'length') !== 0),
  },
  from: aName,
  subject: aString,
  text: aString,
  headers: {
    expected: 'an object of strings',
    matches: (headers) => isRecord(headers) && Object.values(headers).every(isHeader),
  },
  busy: oneOf('degraded', 'failing'),
}

/**
 * Logs in to the mail server through a transporter of nodemailer, or sends a test mail if `to` or the mode `'send'` is set. A mail
 * fails when the server refuses some or all of the recipients. At the timeout the connection of the probe is closed, and the
 * program of the sendmail transport is killed.
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
  const copy = copyOf(validate('nodemailerProbe', options, RULES))
  const { mode = copy.to === undefined ? 'verify' : 'send' } = copy
  assertOption(
    mode === 'send' || typeof transport.verify === 'function',
    `nodemailerProbe(…) cannot verify the transport ${transport.name}, which has no login: set the option to, the recipient of a test mail`,
  )
  const run = mode === 'verify' ? verifier(transporter) : sender(transporter, copy)

  const probe = async (signal: AbortSignal) => {
    signal.throwIfAborted()
    if (transport._closed) throw new Error('the pool of the transporter was closed')
    try {
      await run(signal)
    } catch (error) {
      throw clarifyError(error)
    }
  }
  // Looking for warnings takes a signature of each DKIM key, and the runner asks before each run.
  let warning: { readonly text: string | undefined } | undefined
  return Object.assign(probe, {
    setupWarning() {
      warning ??= { text: setupWarning(transporter, { ...copy, mode }) }
      return warning.text
    },
    secrets: () => [...secretsOf(transport.options, transporter.options), ...encodedLogin(transport.options)],
  })
}

/** Makes a function that logs in and sends nothing. */
function verifier(transporter: NodemailerTransporter): (signal: AbortSignal) => Promise<void> {
  const verify = async (mailer: NodemailerTransporter) => {
    if (!(await mailer.transporter.verify?.())) throw new Error('the transport did not verify')
  }
  if (canConnect(transporter)) return (signal) => withOwnedSocket(transporter, signal, verify)
  return adoptPending(
    () => ({ outcome: verify(transporter), pending: () => undefined }),
    () => {},
  )
}

/** Makes a function that sends the test mail. */
function sender(
  transporter: NodemailerTransporter,
  options: NodemailerOptions,
): (signal: AbortSignal) => Promise<void> {
  const { transporter: transport } = transporter
  const cancels = transport.supportsAbortSignal === true

  const send = async (mailer: NodemailerTransporter, signal?: AbortSignal) => {
    assertAccepted(await mailer.sendMail({ ...toMail(options), ...(signal && { signal }) }))
  }
  if (transport.name === 'SMTP' && canConnect(transporter)) {
    return (signal) =>
      withOwnedSocket(transporter, signal, (view) => send(view, cancels ? signal : undefined))
  }
  if (typeof transport._spawn === 'function') {
    return (signal) => withOwnedProcess(transporter, signal, (view) => send(view))
  }
  if (Array.isArray(transport._queue)) {
    // The signal marks the mail in the queue; versions that cannot cancel ignore it.
    return sendThroughPool(transport, (signal) => send(sendOnce(transporter), signal), {
      busy: options.busy,
      cancels,
    })
  }
  return adoptPending(
    () => ({ outcome: send(transporter), pending: () => undefined }),
    () => {},
  )
}

function canConnect({ transporter }: NodemailerTransporter): boolean {
  return typeof transporter.getSocket === 'function'
}

/** Copies the options, so that later changes to the given objects have no effect. */
function copyOf({ to, headers, ...options }: NodemailerOptions): NodemailerOptions {
  return { ...options, to: typeof to === 'object' ? [...to] : to, headers: headers && { ...headers } }
}

/** Replaces OpenSSL's "wrong version number" by a readable message. */
function clarifyError(error: unknown): unknown {
  if (!String(error).includes('wrong version number')) return error
  return new Error('the mail server does not start with TLS on this port, as secure: true requires')
}

/** A header that is undefined, as from an unset variable, counts as absent. */
function isHeader(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
