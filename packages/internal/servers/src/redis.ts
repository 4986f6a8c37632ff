import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { joinCluster } from './redis-cluster.ts'
import { command } from './redis-protocol.ts'
import { HOST, type Server } from './server.ts'

/** How to start a Redis. */
export interface RedisOptions {
  /** What clients have to know. @default none is asked for */
  readonly password?: string
  /** Further arguments of redis-server, e.g. `['--maxclients', '10']`. */
  readonly arguments?: readonly string[]
  /** Whether it is a cluster of one node, which holds all slots. @default false */
  readonly cluster?: boolean
}

/** Starts a Redis. What was written outlives a kill. */
export async function startRedis(options: RedisOptions = {}): Promise<Server> {
  const { password, cluster } = options
  const greeting = password === undefined ? '' : command('AUTH', password)
  const credentials = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  const pong = (received: Buffer) => received.includes('+PONG')
  return start({
    kind: 'redis',
    owner: ownerOf('redis'),
    command: (port, folder) => ({
      file: required('redis', 'redis-server'),
      arguments: [
        ...['--bind', HOST, '--port', `${port}`, '--dir', folder, '--save', '', '--daemonize', 'no'],
        ...['--appendonly', 'yes', '--appendfsync', 'no'],
        ...(cluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', HOST] : []),
        ...(password === undefined ? [] : ['--requirepass', password]),
        ...(options.arguments ?? []),
      ],
    }),
    async answers(port) {
      if (!(await answers(port, `${greeting}PING\r\nQUIT\r\n`, pong))) return false
      return cluster ? joinCluster(port, greeting) : true
    },
    url: (port) => `redis://${credentials}${HOST}:${port}`,
  })
}
