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
  readonly rateLimit?: number
  readonly rateDelta?: number
  readonly dkim?: DkimKey
  readonly proxy?: string
}

/** A key that signs mails. */
interface DkimKey {
  readonly domainName: string
  readonly keySelector: string
  readonly privateKey: string
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
  /** Makes a transporter of the sendmail transport. */
  readonly createSendmail: (path: string) => Transporter
  /** Makes a transporter of which each mail has these defaults. */
  readonly createWithDefaults: (settings: Settings, defaults: { readonly dkim: DkimKey }) => Transporter
}

/** The newest and the oldest supported version. This file compiles only if their types fit the driver. */
export const clients: readonly Client[] = [
  {
    name: 'nodemailer 10',
    cancels: true,
    create: (settings) => newest.createTransport(settings),
    createSendmail: (path) => newest.createTransport({ sendmail: true, path }),
    createWithDefaults: (settings, defaults) => newest.createTransport(settings, defaults),
  },
  {
    name: 'nodemailer 6.0.0',
    cancels: false,
    create: (settings) => oldest.createTransport(settings),
    createSendmail: (path) => oldest.createTransport({ sendmail: true, path }),
    createWithDefaults: (settings, defaults) => oldest.createTransport(settings, defaults),
  },
]
