import { createServer } from 'node:net'
import { answer } from './mongodb-commands.ts'
import { isForeign, readCommand, takeMessages, writeReply } from './mongodb-wire.ts'

const { host, port }: { readonly host: string; readonly port: number } = JSON.parse(process.argv[2] ?? '')

process.once('disconnect', () => process.exit())
createServer((socket) => {
  let received: Buffer = Buffer.alloc(0)
  socket.on('error', () => {}) // the client is gone
  socket.on('data', (chunk) => {
    const [messages, rest] = takeMessages(Buffer.concat([received, chunk]))
    received = rest
    if (isForeign(rest)) socket.destroy()
    for (const message of messages) {
      const command = readCommand(message)
      if (!command) socket.destroy()
      else if (command.wantsReply) socket.write(writeReply(command, answer(command.document)))
    }
  })
}).listen(port, host)
