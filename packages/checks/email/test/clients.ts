import newest from 'nodemailer'
import oldest from 'nodemailer-oldest'
import type { NodemailerTransporter } from '../src/nodemailer.ts'

/** Connection settings of the tests. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly secure?: boolean
  readonly ignoreTLS?: boolean
  readonly tls?: { readonly rejectUnauthorized: boolean }
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly pool?: true
  readonly maxConnections?: number
  readonly socketCloseTimeout?: number
}

/** A transporter that the tests can close. */
export interface Transporter extends NodemailerTransporter {
  close(): void
}

/** A version of nodemailer. */
interface Client {
  readonly name: string
  /** Whether it can cancel a mail that it has begun to send. */
  readonly cancels: boolean
  readonly create: (settings: Settings) => Transporter
}

/** The newest and the oldest supported version. This file compiles only if their types fit the driver. */
export const clients: readonly Client[] = [
  { name: 'nodemailer 10', cancels: true, create: (settings) => newest.createTransport(settings) },
  { name: 'nodemailer 6.0.0', cancels: false, create: (settings) => oldest.createTransport(settings) },
]
