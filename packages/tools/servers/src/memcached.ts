import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { HOST, type Server } from './server.ts'

/** Starts a memcached. It keeps nothing: a restart comes back empty. */
export function startMemcached(): Promise<Server> {
  return start({
    kind: 'memcached',
    owner: ownerOf('memcache'),
    endSignal: 'SIGKILL', // it looks at others once in a second, and has nothing to save
    command: (port) => ({
      file: required('memcached', 'memcached'),
      arguments: ['-l', HOST, '-p', `${port}`, '-U', '0', '-m', '16', '-t', '1', '-c', '128'],
    }),
    answers: (port) => answers(port, 'version\r\n', (received) => received.toString().startsWith('VERSION')),
    url: (port) => `memcached://${HOST}:${port}`,
  })
}
