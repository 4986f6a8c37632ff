import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { HOST, type Server } from './server.ts'

/** How to start a memcached. */
export interface MemcachedOptions {
  /** Further arguments of memcached, e.g. `['-M']`. */
  readonly arguments?: readonly string[]
}

/** Starts a memcached. It keeps nothing: a restart comes back empty. */
export function startMemcached(options: MemcachedOptions = {}): Promise<Server> {
  return start({
    kind: 'memcached',
    owner: ownerOf('memcache'),
    endSignal: 'SIGKILL', // it looks at others once in a second, and has nothing to save
    command: (port) => ({
      file: required('memcached', 'memcached'),
      arguments: [
        ...['-l', HOST, '-p', `${port}`, '-U', '0', '-m', '16', '-t', '1', '-c', '128'],
        ...(options.arguments ?? []),
      ],
    }),
    answers: (port) => answers(port, 'version\r\n', (received) => received.toString().startsWith('VERSION')),
    url: (port) => `memcached://${HOST}:${port}`,
  })
}
