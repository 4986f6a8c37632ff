import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { find } from './binaries.ts'
import { nodeScript } from './node-script.ts'

/** Milliseconds a download may take. The script itself finds out much sooner whether there is a network. */
const DOWNLOAD_TIMEOUT = 120_000

/** Where a mongod is: on the PATH, or where it was downloaded. Uses no network. */
export async function findMongod(): Promise<string | undefined> {
  return find('mongod') ?? (await downloadedMongod())
}

/** Downloads a mongod unless there is one. Returns where it is, or undefined if it could not be downloaded. */
export async function installMongod(): Promise<string | undefined> {
  const found = await findMongod()
  if (found !== undefined) return found
  // In its own process: the library writes to the console, and a download has no deadline.
  const script = nodeScript('mongod-script.ts')
  try {
    await promisify(execFile)(script.file, script.arguments, { timeout: DOWNLOAD_TIMEOUT })
  } catch {
    return undefined
  }
  return findMongod()
}

/** Imported when a test asks for it, because the library takes a quarter of a second to load. */
async function downloadedMongod(): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js')
  return DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())
}
