import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { HOST, type Server } from './server.ts'

/** How to start an nginx. */
export interface NginxOptions {
  /** Returns the directives of the `http` block for a server that listens on `port` of the address 127.0.0.1. */
  readonly config: (port: number) => string
}

/** Starts an nginx. */
export function startNginx({ config }: NginxOptions): Promise<Server> {
  return start({
    kind: 'nginx',
    owner: ownerOf('www-data'),
    command(port, folder) {
      const file = join(folder, 'nginx.conf')
      writeFileSync(file, withDefaults(config(port), folder))
      return { file: required('nginx', 'nginx'), arguments: ['-e', 'stderr', '-p', folder, '-c', file] }
    },
    answers: (port) => answers(port, 'GET / HTTP/1.0\r\n\r\n', (received) => received.includes('HTTP/1.')),
    url: (port) => `http://${HOST}:${port}`,
  })
}

/** A whole configuration that writes only to `folder`. */
function withDefaults(config: string, folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  )
  return [
    'daemon off;',
    'worker_processes 1;',
    'error_log stderr warn;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 64; }',
    'http {',
    'access_log off;',
    ...temporary,
    config,
    '}',
    '',
  ].join('\n')
}
