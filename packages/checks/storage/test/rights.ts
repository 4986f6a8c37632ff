import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** Whether permission bits can be made to hold for this process: it has no more rights, or can give them up. */
export const canDropRights = !isRoot || process.seteuid !== undefined

/** Calls `act` with the rights of a user that owns nothing; root may write anywhere. */
export async function asNobody<Result>(act: () => Promise<Result>): Promise<Result> {
  if (!isRoot) return act()
  process.seteuid?.(NOBODY)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

/** Why no file system can be mounted here; undefined where it can. */
export const mountProblem: string | undefined = tryMount()

function tryMount(): string | undefined {
  if (process.platform !== 'linux' || !isRoot) return '(skipped: only root of Linux can mount a small disk)'
  const folder = mkdtempSync(join(tmpdir(), 'watchman-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', folder], { stdio: 'pipe' })
    execFileSync('umount', [folder])
    return undefined
  } catch (error) {
    return `(skipped: mount is not permitted here: ${error instanceof Error ? error.message : error})`
  } finally {
    rmdirSync(folder)
  }
}
