import { kinds, missing, programs, versionOf } from './binaries.ts'
import { canInstall, install } from './install.ts'
import { findMongod } from './mongod.ts'

/**
 * Vitest's globalSetup: has every server ready before the first worker starts, and says what there is. What is missing is
 * installed where that is possible. Something that is still missing fails the run under CI; elsewhere its tests are to be
 * skipped by `missing`.
 */
export default async function setup(): Promise<void> {
  const reasons: string[] = []
  for (const kind of kinds) {
    const failure = missing(kind) && canInstall() ? await attempt(kind) : undefined
    const reason = missing(kind)
    console.log(`[servers] ${reason ? `${reason}${failure ?? ''}` : `${kind}: ${versionOf(kind)}`}`)
    if (reason) reasons.push(reason)
  }
  console.log(`[servers] mongodb: ${await describeMongodb()}`)
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

/** Of what a command wrote, its last line says why it failed; the error itself repeats the whole command. */
function lastLine(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  return (written || String(error)).split('\n').at(-1) ?? ''
}

async function describeMongodb(): Promise<string> {
  if (process.env.MONGODB_URL) return 'the one that MONGODB_URL names'
  return (await findMongod()) ?? 'a stand-in, since there is no mongod and none could be fetched'
}
