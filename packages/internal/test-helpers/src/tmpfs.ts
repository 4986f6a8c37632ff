import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Mounts an empty disk of a few kilobytes at `folder`; returns the function that unmounts it. */
export function mountTmpfs(folder: string, kilobytes: number): () => void {
  const options = `size=${kilobytes}k,mode=755`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' })
  return () => void execFileSync('umount', [folder])
}

/** Returns why this process cannot mount a tmpfs; undefined if it can. */
export function tmpfsSkipReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount a tmpfs'
  const folder = mkdtempSync(join(tmpdir(), 'watchman-mount-'))
  try {
    mountTmpfs(folder, 4)()
    return undefined
  } catch (error) {
    return `mount is not permitted: ${error instanceof Error ? error.message : error}`
  } finally {
    rmdirSync(folder)
  }
}
