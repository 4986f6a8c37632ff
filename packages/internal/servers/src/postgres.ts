import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { type DatabaseServer, HOST } from './server.ts'

/** How to start a PostgreSQL. */
export interface PostgresOptions {
  /** Settings as in postgresql.conf, e.g. `{ max_connections: '5' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

const user = 'watchman'
const password = 'postgres-secret'
const database = 'postgres'

const defaults = {
  fsync: 'off', // a commit is still written before it is confirmed, so it outlives a kill
  full_page_writes: 'off',
  max_connections: '20',
  shared_buffers: '8MB',
  max_wal_senders: '0',
  wal_level: 'minimal',
  autovacuum: 'off',
  listen_addresses: HOST,
  unix_socket_directories: '',
  dynamic_shared_memory_type: 'mmap', // in its folder, so that nothing stays when it is killed
}

/** Starts a PostgreSQL with password authentication (SCRAM) over TCP. */
export async function startPostgres(options: PostgresOptions = {}): Promise<DatabaseServer> {
  const owner = ownerOf('postgres')
  const settings = Object.entries({ ...defaults, ...options.settings })

  async function prepare(folder: string): Promise<void> {
    const secret = join(folder, 'password')
    await writeFile(secret, password, { mode: 0o644 })
    const location = ['-D', join(folder, 'data'), '-U', user, '-A', 'scram-sha-256', `--pwfile=${secret}`]
    const speed = ['--no-sync', '--no-instructions', '-E', 'UTF8', '--locale=C']
    await promisify(execFile)(required('postgres', 'initdb'), [...location, ...speed], {
      ...owner,
      cwd: folder,
    })
  }

  const server = await start({
    kind: 'postgres',
    owner,
    prepare,
    endSignal: 'SIGINT', // its "fast shutdown", which does not wait for clients
    command: (port, folder) => ({
      file: required('postgres', 'postgres'),
      arguments: [
        ...['-D', join(folder, 'data'), '-p', `${port}`],
        ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
    }),
    answers: (port) => answers(port, startupMessage(), (received) => received[0] === 'R'.charCodeAt(0)),
    url: (port) => `postgres://${user}:${password}@${HOST}:${port}/${database}`,
  })
  return { ...server, user, password, database }
}

/** What a client says first. Asking for the password (R) is the answer of a server that is ready; else it is an error. */
export function startupMessage(): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0${database}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(head.length + parameters.length, 0)
  head.writeInt32BE(3 << 16, 4) // protocol 3.0
  return Buffer.concat([head, parameters])
}
