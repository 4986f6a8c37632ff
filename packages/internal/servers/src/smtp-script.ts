import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import type { Message } from './message.ts'

interface Settings {
  readonly host: string
  readonly port: number
  readonly auth?: { readonly user: string; readonly pass: string }
}

const { host, port, auth }: Settings = JSON.parse(process.argv[2] ?? '')

const server = new SMTPServer({
  authOptional: auth === undefined,
  allowInsecureAuth: true,
  // Offered, it would be used, and fail on a certificate nobody trusts.
  disabledCommands: auth ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onAuth({ username, password }, _session, callback) {
    if (username === auth?.user && password === auth?.pass) callback(null, { user: username })
    else callback(new Error('Invalid username or password'))
  },
  onData(stream, { envelope }, callback) {
    text(stream).then((raw) => {
      const end = raw.indexOf('\r\n\r\n')
      const message: Message = {
        from: envelope.mailFrom ? envelope.mailFrom.address : '',
        to: envelope.rcptTo.map(({ address }) => address),
        headers: end < 0 ? raw : raw.slice(0, end),
        body: end < 0 ? '' : raw.slice(end + 4),
      }
      process.send?.(message)
      callback()
    }, callback)
  },
})
server.on('error', (error) => console.error(String(error)))
server.server.once('error', () => process.exit(1)) // the port is taken
server.listen(port, host)
process.once('disconnect', () => process.exit())
