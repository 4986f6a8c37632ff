// Builds the oldest better-sqlite3, which has no prebuilt binary, where the running Node needs it. It takes a minute or two, once.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { BINARY, FOLDER, USES_OLDEST } from './better-sqlite3-oldest.ts'

/** Milliseconds that the build may take. */
const BUILD_TIMEOUT = 600_000

/** Builds it in a copy and moves it into place, so that what was interrupted leaves no half a binary. */
async function build(): Promise<void> {
  const headers = dirname(dirname(process.execPath))
  const copy = await mkdtemp(join(dirname(FOLDER), '.build-'))
  try {
    await cp(FOLDER, copy, { recursive: true })
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
    await mkdir(dirname(BINARY), { recursive: true })
    await rename(join(copy, relative(FOLDER, BINARY)), BINARY)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

if (USES_OLDEST && !existsSync(BINARY)) {
  console.log('[sqlite] building better-sqlite3 11.0.0 once, which takes a minute or two')
  await build()
}
