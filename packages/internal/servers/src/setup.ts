import { kinds, programs, reasonMissing, versionOf } from './binaries.ts'
import { canInstall, install } from './install.ts'
import { findMongod, installMongod } from './mongod.ts'

/**
 * Prints which servers there are. Where `WATCHMAN_INSTALL_SERVERS=1` is set, what is missing is installed first, if that is
 * possible. Where `CI` is set, a server that is still missing is an error; elsewhere `missing` skips its tests.
 */
export async function prepareServers(): Promise<void> {
  const mayInstall = process.env.WATCHMAN_INSTALL_SERVERS === '1'
  const reasons: string[] = []
  for (const kind of kinds) {
    const failure = mayInstall && reasonMissing(kind) && canInstall() ? await attempt(kind) : undefined
    const reason = reasonMissing(kind)
    console.log(`[servers] ${reason ? `${reason}${failure ?? ''}` : `${kind}: ${versionOf(kind)}`}`)
    if (reason) reasons.push(reason)
  }
  console.log(`[servers] mongodb: ${await describeMongodb(mayInstall)}`)
  if (process.env.CI && reasons.length > 0) throw new Error(`[servers] ${reasons.join('; ')}`)
}

/** Installs what `kind` needs; returns what went wrong. */
async function attempt(kind: (typeof kinds)[number]): Promise<string | undefined> {
  const { files, package: name } = programs[kind]
  console.log(`[servers] ${kind}: installing ${name}`)
  try {
    await install(name, files[0] ?? kind)
    return undefined
  } catch (error) {
    return `, which failed: ${lastLine(error)}`
  }
}

/** The last line that a command wrote says why it failed; the error itself repeats the whole command. */
function lastLine(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  return (written || String(error)).split('\n').at(-1) ?? ''
}

async function describeMongodb(mayInstall: boolean): Promise<string> {
  if (process.env.MONGODB_URL) return 'the one that MONGODB_URL names'
  const mongod = await (mayInstall ? installMongod() : findMongod())
  return mongod ?? `a stand-in, since there is no mongod${mayInstall ? ' and none could be downloaded' : ''}`
}
