import newest from 'nodemailer'
import oldest from 'nodemailer-oldest'
import type { NodemailerTransporter } from '../src/nodemailer.ts'

/** What the tests say of a connection. */
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

/** A transporter as the driver takes it, and its end. */
export interface Transporter extends NodemailerTransporter {
  close(): void
}

/** A version of nodemailer. */
interface Client {
  readonly name: string
  /** Whether it can give up a mail that it has begun to send. */
  readonly cancels: boolean
  readonly create: (settings: Settings) => Transporter
}

/** The bounds of what is supported. That these compile shows that their types fit the driver. */
export const clients: readonly Client[] = [
  { name: 'nodemailer 10', cancels: true, create: (settings) => newest.createTransport(settings) },
  { name: 'nodemailer 6.0.0', cancels: false, create: (settings) => oldest.createTransport(settings) },
]

/** How many sockets this process holds. */
export function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
}
