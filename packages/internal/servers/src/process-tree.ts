import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Milliseconds in which a process that was told to stop does so; one in a call of the system may not. */
const STOP_LIMIT = 500

interface Entry {
  readonly id: number
  readonly parent: number
}

/** Holds `root` and all it has started. Returns their ids, `root` first. */
export function pauseTree(root: number): readonly number[] {
  let held: readonly number[] = []
  // A child may be forked while the list is read: repeat until nothing new appears, from then on nothing can.
  for (let tree = treeOf(root); tree.length > held.length; tree = treeOf(root)) {
    held = tree
    signal(held, 'SIGSTOP')
  }
  // The signal takes effect a moment after it is sent: a thread that still runs could answer one more question.
  const latest = performance.now() + STOP_LIMIT
  while (held.some(isMoving) && performance.now() < latest);
  return held
}

/** Whether a thread of the process still runs; where the system does not tell, none does. */
function isMoving(id: number): boolean {
  try {
    const threads = readdirSync(`/proc/${id}/task`)
    return threads.some((thread) => {
      const [state = ''] = stateAndParentOf(readFileSync(`/proc/${id}/task/${thread}/stat`, 'utf8'))
      return !/^[TtZX]/.test(state)
    })
  } catch {
    return false
  }
}

/** Lets `root` and all it has started continue. */
export function resumeTree(root: number): void {
  signal(treeOf(root), 'SIGCONT')
}

/** Ends `root` and all it has started, paused or not. Returns their ids; they end a moment later. */
export function killTree(root: number): readonly number[] {
  // Held first: a parent that sees its children die could start new ones.
  const held = pauseTree(root)
  signal(held, 'SIGKILL')
  return held
}

/** The ids of `root` and all it has started, `root` first. Children in sessions of their own count as well. */
export function treeOf(root: number): readonly number[] {
  const entries = listProcesses()
  const ids = entries.some(({ id }) => id === root) ? [root] : []
  for (const id of ids) ids.push(...entries.filter(({ parent }) => parent === id).map((entry) => entry.id))
  return ids
}

/** Whether all of `ids` have ended. One that has ended but whose parent has not taken note counts as ended. */
export function haveEnded(ids: readonly number[]): boolean {
  const running = new Set(listProcesses().map(({ id }) => id))
  return !ids.some((id) => running.has(id))
}

function signal(ids: readonly number[], name: NodeJS.Signals): void {
  for (const id of ids) {
    try {
      process.kill(id, name)
    } catch {
      // it has ended meanwhile
    }
  }
}

/** Every process but the zombies. The `ps` command is left to systems without /proc: slim images do not have it. */
function listProcesses(): readonly Entry[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs()
}

function fromProc(): readonly Entry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [state = '', parent = ''] = stateAndParentOf(stat)
      return toEntries(name, parent, state)
    } catch {
      return [] // it has ended meanwhile
    }
  })
}

/** The command stands in parentheses and may hold anything: what follows the last one is state, parent, and more. */
function stateAndParentOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function fromPs(): readonly Entry[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' })
  return stdout.split('\n').flatMap((line) => {
    const [id, parent, state] = line.trim().split(/\s+/)
    return id && parent && state ? toEntries(id, parent, state) : []
  })
}

function toEntries(id: string, parent: string, state: string): readonly Entry[] {
  return /^[ZX]/.test(state) ? [] : [{ id: Number(id), parent: Number(parent) }]
}
