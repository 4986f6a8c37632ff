import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { HOST, type Server } from './server.ts'

/** How to start a HAProxy. */
export interface HaproxyOptions {
  /** Returns the whole configuration, for a frontend that listens on `port` of the address 127.0.0.1. */
  readonly config: (port: number) => string
}

/** Starts a HAProxy. */
export function startHaproxy({ config }: HaproxyOptions): Promise<Server> {
  return start({
    kind: 'haproxy',
    owner: ownerOf('haproxy'),
    command(port, folder) {
      const file = join(folder, 'haproxy.cfg')
      writeFileSync(file, config(port))
      return { file: required('haproxy', 'haproxy'), arguments: ['-db', '-f', file] }
    },
    answers: (port) => answers(port, 'GET / HTTP/1.0\r\n\r\n', (received) => received.includes('HTTP/1.')),
    url: (port) => `http://${HOST}:${port}`,
  })
}
