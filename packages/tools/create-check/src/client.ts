import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { validRange } from 'semver'
import { exitCode, failure } from './failure.ts'
import { faultOfClient } from './names.ts'

/** A package that applications have already. */
export interface Client {
  readonly name: string
  /** The versions that the new package works with: `^2.29.1`. */
  readonly range: string
}

/**
 * Reads `name` or `name@range`. Without a range npm is asked for the latest version.
 *
 * @throws Failure for what is no name or no range, and where npm knows no such package.
 */
export async function toClient(text: string, signal: AbortSignal): Promise<Client> {
  const at = text.indexOf('@', 1)
  const name = at < 0 ? text : text.slice(0, at)
  const fault = faultOfClient(name)
  if (fault !== undefined) throw failure(exitCode.usage, fault)
  if (at < 0) return { name, range: `^${await latestOf(name, signal)}` }

  const range = text.slice(at + 1)
  const isOpen = ['*', ''].includes(validRange(range) ?? '')
  if (!isOpen) return { name, range }
  throw failure(exitCode.usage, `${JSON.stringify(range)} is no range of versions: ${name}@^1.2.3 has one`)
}

async function latestOf(name: string, signal: AbortSignal): Promise<string> {
  const parameters = ['view', name, 'version', '--json', '--fetch-retries=0', '--fetch-timeout=15000']
  try {
    // On Windows npm is a script, which needs a shell. The name has passed as one of a package.
    const shell = process.platform === 'win32'
    const { stdout } = await promisify(execFile)('npm', parameters, { signal, shell })
    return `${JSON.parse(stdout)}`
  } catch (error) {
    signal.throwIfAborted()
    const [, code = 'no answer'] = /npm (?:error|ERR!) code (\S+)/.exec(`${Object(error).stderr}`) ?? []
    const way = `the way without npm is --client ${name}@^1.2.3`
    throw failure(exitCode.failing, `npm does not tell the version of ${name} (${code}); ${way}`)
  }
}
