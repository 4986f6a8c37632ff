import { nodemailerProbe } from '@watchman/email/nodemailer'
import { listOf, read } from '../variables.ts'
import { driver } from './driver.ts'

/** A mail server through nodemailer. */
export const nodemailerDriver = driver<typeof import('nodemailer')>(
  'nodemailer',
  ({ createTransport }, url, environment) => {
    const transporter = createTransport(url)
    const to = listOf(read(environment, 'WATCHMAN_EMAIL_RECIPIENTS') ?? '')
    const from = read(environment, 'WATCHMAN_EMAIL_SENDER')
    const probe = nodemailerProbe(transporter, to.length > 0 ? { to, from } : {})
    return { probe, close: () => transporter.close() }
  },
)
