import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { type Launch, start } from './launch.ts'
import { findMongod } from './mongod.ts'
import { helloRequest, isReply } from './mongodb-wire.ts'
import { nodeScript } from './node-script.ts'
import { HOST, type Server } from './server.ts'

/** A MongoDB, or what stands in for one. */
export interface MongodbServer extends Server {
  /**
   * What it is: `external` (the one MONGODB_URL names, which can not be controlled), `mongod` (a real one), or
   * `stand-in` (a server of ours that answers hello, ping and buildInfo, and knows no other command).
   */
  readonly kind: 'external' | 'mongod' | 'stand-in'
}

/** Starts a MongoDB: the one MONGODB_URL names, else a mongod that is here or can be fetched, else a stand-in. */
export async function startMongodb(): Promise<MongodbServer> {
  if (process.env.MONGODB_URL) return external(process.env.MONGODB_URL)
  const mongod = await findMongod()
  const common = {
    kind: 'mongodb',
    owner: {},
    answers: (port) => answers(port, helloRequest(), isReply),
    url: (port) => `mongodb://${HOST}:${port}`,
  } satisfies Partial<Launch>
  if (mongod === undefined) {
    const script = (port: number) => nodeScript('mongodb-script.ts', JSON.stringify({ host: HOST, port }))
    return { ...(await start({ ...common, command: script, onMessage: () => {} })), kind: 'stand-in' }
  }
  const server = await start({
    ...common,
    prepare: async (folder) => void (await mkdir(join(folder, 'data'))),
    command: (port, folder) => ({
      file: mongod,
      arguments: ['--dbpath', join(folder, 'data'), '--bind_ip', HOST, '--port', `${port}`, '--nounixsocket'],
    }),
  })
  return { ...server, kind: 'mongod' }
}

function external(url: string): MongodbServer {
  const { hostname, port } = new URL(url.replace(/,[^/?]*/, '')) // the first, where it names several
  const refuse = () => {
    throw new Error('[servers] the MongoDB that MONGODB_URL names is not ours to control: unset MONGODB_URL')
  }
  return {
    kind: 'external',
    url,
    host: hostname,
    port: Number(port || 27017),
    stop: async () => {},
    kill: async () => refuse(),
    restart: async () => refuse(),
    pause: refuse,
    resume: refuse,
  }
}
