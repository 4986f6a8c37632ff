import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Milliseconds after which the build is given up. */
const BUILD_TIMEOUT = 600_000

/**
 * Builds the oldest better-sqlite3, which has no prebuilt binary, unless that has been done before. Returns why it could not
 * be built. It is built in a copy and renamed into place, so that processes which build at the same time do not collide.
 */
export async function buildBetterSqlite3(): Promise<string | undefined> {
  const folder = dirname(createRequire(import.meta.url).resolve('better-sqlite3-oldest/package.json'))
  const release = join('build', 'Release')
  const binary = join(release, 'better_sqlite3.node')
  if (existsSync(join(folder, binary))) return undefined

  const headers = dirname(dirname(process.execPath))
  const copy = await mkdtemp(join(dirname(folder), '.build-'))
  console.log('[sqlite] building better-sqlite3 11.0.0 once, which takes a minute or two')
  try {
    await cp(folder, copy, { recursive: true })
    await promisify(execFile)('npm', ['run', 'install'], {
      cwd: copy,
      timeout: BUILD_TIMEOUT,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        npm_config_build_from_source: 'true', // without a network there is no binary to download
        ...(existsSync(join(headers, 'include', 'node')) && { npm_config_nodedir: headers }),
      },
    })
    await mkdir(join(folder, release), { recursive: true })
    await rename(join(copy, binary), join(folder, binary))
    return undefined
  } catch (error) {
    return `better-sqlite3 11.0.0 could not be built: ${String(error).split('\n').slice(-5).join(' ')}`
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}
