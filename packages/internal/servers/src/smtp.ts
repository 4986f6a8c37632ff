import { answers } from './answers.ts'
import { start } from './launch.ts'
import { isMessage, type Message } from './message.ts'
import { nodeScript } from './node-script.ts'
import { HOST, type Server } from './server.ts'
import { until } from './until.ts'

/** How to start a mail server. */
export interface SmtpOptions {
  /** Whom it takes messages from. @default anybody */
  readonly auth?: { readonly user: string; readonly pass: string }
}

/** A mail server that keeps what it receives for the tests. */
export interface SmtpServer extends Server {
  /** What it has received since its start or the last `clear`; a restart keeps it. */
  readonly messages: readonly Message[]
  /** Resolves with the messages once there are at least `count`. @default 1 */
  received(count?: number): Promise<readonly Message[]>
  /** Forgets the messages. */
  clear(): void
}

/** Milliseconds to wait for a message. */
const PATIENCE = 10_000

/** Starts a mail server without TLS. */
export async function startSmtp({ auth }: SmtpOptions = {}): Promise<SmtpServer> {
  const messages: Message[] = []
  const credentials = auth ? `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.pass)}@` : ''
  const server = await start({
    kind: 'smtp',
    owner: {},
    command: (port) => nodeScript('smtp-script.ts', JSON.stringify({ host: HOST, port, auth })),
    answers: (port) => answers(port, '', (received) => received.toString().startsWith('220')),
    url: (port) => `smtp://${credentials}${HOST}:${port}`,
    onMessage: (message) => void (isMessage(message) && messages.push(message)),
  })
  return {
    ...server,
    messages,
    async received(count = 1) {
      if (await until(() => messages.length >= count, PATIENCE)) return messages
      throw new Error(
        `[servers] ${messages.length} instead of ${count} messages arrived within ${PATIENCE} ms`,
      )
    },
    clear: () => void messages.splice(0),
  }
}
