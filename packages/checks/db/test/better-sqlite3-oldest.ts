import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Whether the oldest better-sqlite3 is tested: the newest requires Node 22. */
export const USES_OLDEST = Number(process.versions.node.split('.')[0]) < 22

/** The folder of the oldest better-sqlite3. */
export const FOLDER = dirname(createRequire(import.meta.url).resolve('better-sqlite3-oldest/package.json'))

/** Where the binary of the oldest better-sqlite3 is once it is built. */
export const BINARY = join(FOLDER, 'build/Release/better_sqlite3.node')
