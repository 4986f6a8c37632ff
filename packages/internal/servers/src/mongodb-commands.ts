import type { BSON } from 'bson'

const hello = (): BSON.Document => ({
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  // That of MongoDB 7.0. Each driver accepts a server whose range meets its own.
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
})

const commands: Readonly<Record<string, () => BSON.Document>> = {
  hello,
  ismaster: hello,
  ping: () => ({}),
  buildinfo: () => ({
    version: '7.0.0',
    versionArray: [7, 0, 0, 0],
    bits: 64,
    maxBsonObjectSize: 16 * 1024 * 1024,
  }),
  endsessions: () => ({}),
}

/** What the stand-in answers to a command: the name of a command is its first key. */
export function answer(command: BSON.Document): BSON.Document {
  const [name = ''] = Object.keys(command)
  const known = commands[name.toLowerCase()]
  if (known) return { ...known(), ok: 1 }
  return { ok: 0, errmsg: `no such command: '${name}'`, code: 59, codeName: 'CommandNotFound' }
}
