import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { find } from './binaries.ts'
import { nodeScript } from './node-script.ts'

/** Holds what was found, so that one run of the tests looks once: the setup's answer reaches all workers by it. */
const VARIABLE = 'WATCHMAN_SERVERS_MONGOD'

/** Milliseconds a download may take. Whether there is a network is found out much sooner. */
const PATIENCE = 120_000

/** Where a mongod is: on the PATH, or fetched. */
export async function findMongod(): Promise<string | undefined> {
  process.env[VARIABLE] ??= find('mongod') ?? (await fetched()) ?? ''
  return process.env[VARIABLE] || undefined
}

/** In a process of its own: the library writes to the console, and can not be told to give up. */
async function fetched(): Promise<string | undefined> {
  const script = nodeScript('mongod-script.ts')
  try {
    const { stdout } = await promisify(execFile)(script.file, script.arguments, { timeout: PATIENCE })
    return stdout.trim().split('\n').at(-1)
  } catch {
    return undefined
  }
}
