import { BSON } from 'bson'

/** The operations of the wire protocol that a hello needs. */
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

/** length, request id, id answered to, operation: four numbers of four bytes */
const HEADER = 16

/** Of the flags of OP_MSG: the sender does not wait for an answer. */
const MORE_TO_COME = 2

/** A command that a client sent. */
export interface Command {
  readonly id: number
  readonly operation: number
  readonly document: BSON.Document
  readonly wantsReply: boolean
}

/** Whether what was received is no message of this protocol, such as the first words of TLS: a server hangs up then. */
export function isForeign(received: Buffer): boolean {
  return received.length >= HEADER && ![OP_MSG, OP_QUERY].includes(received.readInt32LE(12))
}

/** Takes the complete messages off the front of `received`; returns them and the rest. */
export function takeMessages(received: Buffer): readonly [messages: readonly Buffer[], rest: Buffer] {
  const messages: Buffer[] = []
  let rest = received
  while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
    const length = rest.readInt32LE(0)
    messages.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return [messages, rest]
}

/** Reads a command; undefined for an operation that is not known here. */
export function readCommand(message: Buffer): Command | undefined {
  const id = message.readInt32LE(4)
  const operation = message.readInt32LE(12)
  if (operation === OP_MSG) {
    const wantsReply = (message.readInt32LE(HEADER) & MORE_TO_COME) === 0
    return { id, operation, wantsReply, document: documentAt(message, HEADER + 5) } // flags, kind of section
  }
  if (operation === OP_QUERY) {
    const name = message.indexOf(0, HEADER + 4) + 1 // flags, name of the collection with its zero
    return { id, operation, wantsReply: true, document: documentAt(message, name + 8) } // how many to skip, to return
  }
  return undefined
}

/** The answer to `command`, in the form its operation asks for. */
export function writeReply(command: Command, document: BSON.Document): Buffer {
  const body = BSON.serialize(document)
  if (command.operation === OP_MSG) return message(OP_MSG, command.id, Buffer.alloc(5), body)
  const head = Buffer.alloc(20) // flags, cursor (8 bytes), position, how many documents
  head.writeInt32LE(1, 16)
  return message(OP_REPLY, command.id, head, body)
}

/** What a client says first. */
export function helloRequest(): Buffer {
  return message(OP_MSG, 0, Buffer.alloc(5), BSON.serialize({ hello: 1, $db: 'admin' }))
}

/** Whether `received` is an answer. */
export function isReply(received: Buffer): boolean {
  return received.length >= HEADER && received.readInt32LE(12) === OP_MSG
}

function message(operation: number, answers: number, head: Uint8Array, body: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeInt32LE(HEADER + head.length + body.length, 0)
  header.writeInt32LE(answers, 8)
  header.writeInt32LE(operation, 12)
  return Buffer.concat([header, head, body])
}

function documentAt(message: Buffer, offset: number): BSON.Document {
  return BSON.deserialize(message.subarray(offset, offset + message.readInt32LE(offset)))
}
