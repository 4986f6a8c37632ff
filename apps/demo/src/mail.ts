import { nodemailerProbe } from '@watchman/email/nodemailer'
import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'
import type { Service } from './service.ts'

/** Connects to the mail server that the environment names, or starts the embedded one. */
export async function startMail({ SMTP_URL }: NodeJS.ProcessEnv): Promise<Service> {
  if (SMTP_URL) {
    const transporter = createTransport(SMTP_URL)
    return {
      description: 'the mail server of SMTP_URL',
      probe: nodemailerProbe(transporter),
      close: () => transporter.close(),
    }
  }
  const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] })
  server.on('error', () => {}) // a client that disconnects early is not an error of the server
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const transporter = createTransport({ host: '127.0.0.1', port })
  return {
    description: 'an SMTP server in this process, which discards all mail',
    probe: nodemailerProbe(transporter),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
