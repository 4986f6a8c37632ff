import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { memberOf } from '@watchman/core/driver'
import { validRange } from 'semver'
import { exitCode, failure } from './failure.ts'
import { invalidClientReason } from './names.ts'

/** A package that applications already have. */
export interface ClientPackage {
  readonly name: string
  /** The versions that the new package works with: `^2.29.1`. */
  readonly range: string
}

/**
 * Parses `name` or `name@range`. Without a range, npm is asked for the latest version.
 *
 * @throws Failure for an invalid name or range, and for a package that npm does not know.
 */
export async function toClient(text: string, signal: AbortSignal): Promise<ClientPackage> {
  const at = text.indexOf('@', 1)
  const name = at < 0 ? text : text.slice(0, at)
  const reason = invalidClientReason(name)
  if (reason !== undefined) throw failure(exitCode.usage, reason)
  if (at < 0) return { name, range: `^${await latestVersion(name, signal)}` }

  const range = text.slice(at + 1)
  const isOpen = ['*', ''].includes(validRange(range) ?? '')
  if (!isOpen) return { name, range }
  const expected = `a range of versions, as in ${name}@^1.2.3`
  throw failure(exitCode.usage, `${JSON.stringify(range)} is not ${expected}`)
}

async function latestVersion(name: string, signal: AbortSignal): Promise<string> {
  const parameters = ['view', name, 'version', '--json', '--fetch-retries=0', '--fetch-timeout=15000']
  try {
    // On Windows npm is a script, which needs a shell. The name has been validated as a package name.
    const shell = process.platform === 'win32'
    const { stdout } = await promisify(execFile)('npm', parameters, { signal, shell })
    return `${JSON.parse(stdout)}`
  } catch (error) {
    signal.throwIfAborted()
    const stderr = `${memberOf(error, 'stderr')}`
    const [, code = 'no answer'] = /npm (?:error|ERR!) code (\S+)/.exec(stderr) ?? []
    const remedy = `add it yourself, as in --client ${name}@^1.2.3`
    throw failure(exitCode.failing, `npm cannot find the version of ${name} (${code}): ${remedy}`)
  }
}
