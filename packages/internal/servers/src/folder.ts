import { spawnSync } from 'node:child_process'
import { chown, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Owner } from './owner.ts'
import { entrust, release } from './watchdog.ts'

/** A new folder for a server that runs as `owner`, removed even if this process is killed. */
export async function createFolder(kind: string, owner: Owner): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), `watchman-${kind}-`))
  entrust(folder)
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid)
  return folder
}

/** Removes a folder of ours. */
export async function removeFolder(folder: string): Promise<void> {
  await discardFolder(folder)
  release(folder)
}

/** Removes `folder` and the piece of shared memory that a killed PostgreSQL leaves in the system. */
export async function discardFolder(folder: string): Promise<void> {
  const file = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  const memory = file.split('\n')[6]?.trim().split(/\s+/)[1] // the line holds its key and its id
  if (memory) spawnSync('ipcrm', ['-m', memory], { stdio: 'ignore' })
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
