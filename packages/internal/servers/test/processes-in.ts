import { existsSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * The ids of the processes that work in `folder` or below it, whoever their parent is now. Every server works in its own
 * folder. Known on Linux alone; elsewhere there are none.
 */
export function processesIn(folder: string): readonly string[] {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`).startsWith(`${folder}/`)
    } catch {
      return false // it has ended meanwhile
    }
  })
}
