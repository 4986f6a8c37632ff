import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers } from './answers.ts'
import { required } from './binaries.ts'
import { start } from './launch.ts'
import { ownerOf } from './owner.ts'
import { type DatabaseServer, HOST } from './server.ts'

/** How to start a MariaDB. */
export interface MariadbOptions {
  /** Settings as in my.cnf, e.g. `{ 'max-connections': '10' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

const user = 'watchman'
const password = 'mariadb-secret'
const database = 'watchman'

/** The version of the protocol, which the fifth byte of the greeting holds. An error has 255 there. */
const PROTOCOL = 10

// Read by the server at each start, before it listens.
const accounts = `
CREATE DATABASE IF NOT EXISTS ${database};
CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';
GRANT ALL ON *.* TO '${user}'@'%' WITH GRANT OPTION;
`

const storage = {
  'innodb-log-file-size': '4M',
  'innodb-flush-log-at-trx-commit': '2', // written at each commit, which outlives the process, but not synced
  'innodb-flush-method': 'nosync',
  'innodb-use-native-aio': '0', // its contexts are few on a machine, and limited in containers
  'innodb-buffer-pool-size': '8M',
  'innodb-buffer-pool-dump-at-shutdown': '0',
  'innodb-fast-shutdown': '2',
}

const network = {
  'bind-address': HOST,
  'skip-name-resolve': '1',
  'max-connections': '20',
  'performance-schema': '0',
  'key-buffer-size': '1M',
}

/** Starts a MariaDB with password authentication over TCP. */
export async function startMariadb(options: MariadbOptions = {}): Promise<DatabaseServer> {
  const owner = ownerOf('mysql')

  async function prepare(folder: string): Promise<void> {
    await writeFile(join(folder, 'accounts.sql'), accounts, { mode: 0o644 })
    const location = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`]
    const accountOptions = [
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
    ]
    const file = required('mariadb', 'mariadb-install-db')
    await promisify(execFile)(file, [...location, ...toArguments(storage), ...accountOptions], {
      ...owner,
      cwd: folder,
    })
  }

  const server = await start({
    kind: 'mariadb',
    owner,
    prepare,
    command: (port, folder) => ({
      file: required('mariadb', 'mariadbd'),
      arguments: [
        '--no-defaults',
        `--datadir=${join(folder, 'data')}`,
        `--tmpdir=${folder}`,
        `--socket=${join(folder, 'socket')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--init-file=${join(folder, 'accounts.sql')}`,
        `--port=${port}`,
        ...toArguments({ ...storage, ...network, ...options.settings }),
      ],
    }),
    answers: (port) => answers(port, '', (received) => received[4] === PROTOCOL),
    url: (port) => `mysql://${user}:${password}@${HOST}:${port}/${database}`,
  })
  return { ...server, user, password, database }
}

function toArguments(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`)
}
