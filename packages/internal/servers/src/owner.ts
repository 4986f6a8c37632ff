import { spawnSync } from 'node:child_process'

/** Whom a server runs as; empty for whoever runs the tests. */
export interface Owner {
  readonly uid?: number
  readonly gid?: number
}

/**
 * The user a server runs as. PostgreSQL refuses to run as root and others warn, so root hands over to the user its
 * package has set up, or to nobody.
 */
export function ownerOf(user: string): Owner {
  if (process.getuid?.() !== 0) return {}
  const name = idOf('-u', user) === undefined ? 'nobody' : user
  const uid = idOf('-u', name)
  const gid = idOf('-g', name)
  if (uid === undefined || gid === undefined) throw new Error(`[servers] there is no user ${user} or nobody`)
  return { uid, gid }
}

function idOf(option: string, user: string): number | undefined {
  const { status, stdout } = spawnSync('id', [option, user], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}
