import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { startupMessage } from './postgres.ts'
import { type DatabaseServer, HOST } from './server.ts'

/** How to start a PgBouncer. */
export interface PgbouncerOptions {
  /** The PostgreSQL that it connects to, with the account of that. */
  readonly server: DatabaseServer
  /** Further settings of the section [pgbouncer], e.g. `{ query_wait_timeout: '1' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Starts a PgBouncer, which clients reach with the account of its server. */
export async function startPgbouncer({ server, settings = {} }: PgbouncerOptions): Promise<DatabaseServer> {
  const { user, password, database } = server
  const bouncer = await start({
    kind: 'pgbouncer',
    owner: ownerOf('postgres'),
    endSignal: 'SIGTERM', // ends at once, without waiting for clients
    command(port, folder) {
      const [file, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')]
      const all = { listen_addr: HOST, listen_port: port, auth_type: 'plain', auth_file: users, ...settings }
      const lines = [
        '[databases]',
        `${database} = host=${server.host} port=${server.port} password=${password}`,
        '[pgbouncer]',
        'unix_socket_dir =',
        ...Object.entries(all).map(([name, value]) => `${name} = ${value}`),
      ]
      writeFileSync(users, `"${user}" "${password}"\n`)
      writeFileSync(file, `${lines.join('\n')}\n`)
      return { file: required('pgbouncer', 'pgbouncer'), arguments: [file] }
    },
    answers: (port) => answers(port, startupMessage(), (received) => received[0] === 'R'.charCodeAt(0)),
    url: (port) => `postgres://${user}:${password}@${HOST}:${port}/${database}`,
  })
  return { ...bouncer, user, password, database }
}
