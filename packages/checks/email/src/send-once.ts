import { Readable } from 'node:stream'
import { isFunction, isObject, memberOf } from '@watchman/core/driver'
import { overrideProperty } from './override-property.ts'

/** The members of a transporter that transmit a mail. */
export interface TransmittingTransporter {
  readonly transporter: { readonly send?: unknown }
}

/**
 * Returns a view of `mailer` that never transmits a mail twice. A pool sends a mail again when the connection is closed before the
 * server has acknowledged it, before nodemailer 10.1 without a limit or a pause, though the server may have taken it.
 */
export function sendOnce<Mailer extends TransmittingTransporter>(mailer: Mailer): Mailer {
  const { transporter: transport } = mailer
  const { send } = transport
  if (!isFunction(send)) return mailer
  const sendReadOnce = (mail: unknown, ...others: readonly unknown[]) => {
    readOnce(memberOf(mail, 'message'))
    return Reflect.apply(send, transport, [mail, ...others])
  }
  return overrideProperty(mailer, 'transporter', overrideProperty(transport, 'send', sendReadOnce))
}

/** Lets a message be read once. One that was opened and not read, because its connection had been closed, may be opened again. */
function readOnce(message: unknown): void {
  const createReadStream = memberOf(message, 'createReadStream')
  if (!isObject(message) || !isFunction(createReadStream)) return
  let latest: unknown
  const value = (...parameters: readonly unknown[]) => {
    if (memberOf(latest, 'readableDidRead') === true) return failingStream()
    latest = Reflect.apply(createReadStream, message, parameters)
    return latest
  }
  Object.defineProperty(message, 'createReadStream', { value })
}

function failingStream(): Readable {
  const stream = new Readable({ read() {} })
  // nodemailer listens once it has the stream.
  setImmediate(() =>
    stream.destroy(new Error('the mail server closed the connection and did not acknowledge the mail')),
  )
  return stream
}
