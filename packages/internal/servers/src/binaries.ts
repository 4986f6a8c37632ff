import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A kind of server that needs a program on the machine, or the browser that looks at one. */
export type Kind =
  | 'postgres'
  | 'pgbouncer'
  | 'mariadb'
  | 'redis'
  | 'memcached'
  | 'nginx'
  | 'haproxy'
  | 'chromium'

interface Program {
  /** The files needed; the first is the server. */
  readonly files: readonly string[]
  /** The package of Debian and Ubuntu that has them. */
  readonly package: string
  /** The option that makes the server print its version. @default '--version' */
  readonly versionOption?: string
}

/** What each kind needs. */
export const programs: Readonly<Record<Kind, Program>> = {
  postgres: { files: ['postgres', 'initdb'], package: 'postgresql' },
  pgbouncer: { files: ['pgbouncer'], package: 'pgbouncer' },
  mariadb: { files: ['mariadbd', 'mariadb-install-db'], package: 'mariadb-server' },
  redis: { files: ['redis-server'], package: 'redis-server' },
  memcached: { files: ['memcached'], package: 'memcached' },
  nginx: { files: ['nginx'], package: 'nginx', versionOption: '-v' },
  haproxy: { files: ['haproxy'], package: 'haproxy', versionOption: '-v' },
  chromium: { files: ['chromium'], package: 'chromium' },
}

/** All kinds that need a program. */
export const kinds: readonly Kind[] = [
  'postgres',
  'pgbouncer',
  'mariadb',
  'redis',
  'memcached',
  'nginx',
  'haproxy',
  'chromium',
]

/** Why `kind` cannot be started here, and how to change that; undefined if it can. */
export function reasonMissing(kind: Kind): string | undefined {
  const { files, package: name } = programs[kind]
  const absent = files.filter((file) => find(file) === undefined)
  if (absent.length === 0) return undefined
  return `${kind} is not installed (no ${absent.join(', no ')}): apt-get install ${name}`
}

/**
 * The reason to skip the tests that need `kind`; undefined if it can be started. Usable at collection time. Throws where `CI`
 * is set, so that no test is skipped there.
 */
export function missing(kind: Kind): string | undefined {
  const reason = reasonMissing(kind)
  if (reason && process.env.CI) throw new Error(`[servers] ${reason}`)
  return reason
}

/** Where the program `file` is, also where it is not on everybody's PATH. */
export function find(file: string): string | undefined {
  const path = process.env.PATH?.split(delimiter) ?? []
  const folders = [
    ...postgresFolders(),
    ...path,
    '/usr/local/sbin',
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/bin',
  ]
  return folders.map((folder) => join(folder, file)).find((candidate) => existsSync(candidate))
}

/** Where the program `file` is; throws what is missing when it is not there. */
export function required(kind: Kind, file: string): string {
  const found = find(file)
  if (found === undefined) throw new Error(`[servers] ${reasonMissing(kind)}`)
  return found
}

/** What the server of `kind` says its version is. */
export function versionOf(kind: Kind): string {
  const { files, versionOption = '--version' } = programs[kind]
  const [file = kind] = files
  const { stdout, stderr } = spawnSync(required(kind, file), [versionOption], { encoding: 'utf8' })
  const [line = ''] = (stdout.trim() || stderr.trim()).split('\n') // nginx prints it to stderr
  return line
}

/** Debian keeps the programs of each major version in a folder of their own; the newest comes first. */
function postgresFolders(): readonly string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
}
