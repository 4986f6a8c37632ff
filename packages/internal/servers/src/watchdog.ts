import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { nodeScript } from './node-script.ts'

/**
 * What this process answers for: the folders of its servers and the ids of those that run. Kept per process, since the
 * one question it serves is what to clear away when this process ends.
 */
const entrusted = new Map<string, number | undefined>()
const watchdogs: ChildProcess[] = []

/** Has `folder`, and the process `id` that works in it, cleared away should this process end without doing so. */
export function entrust(folder: string, id?: number): void {
  entrusted.set(folder, id)
  report()
}

/** Takes back what was entrusted: the folder is gone. */
export function release(folder: string): void {
  entrusted.delete(folder)
  report()
}

function report(): void {
  if (watchdogs.length === 0) watchdogs.push(startWatchdog())
  for (const { stdin } of watchdogs) stdin?.write(`${JSON.stringify([...entrusted])}\n`)
}

/**
 * A second process, which outlives this one however it ends (an exit, a signal, a crash, SIGKILL): the end of its input
 * tells it so. It has a session of its own, so that an interrupt from the terminal does not reach it.
 */
function startWatchdog(): ChildProcess {
  const { file, arguments: parameters } = nodeScript('watchdog-script.ts')
  const child = spawn(file, parameters, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  child.stdin.on('error', () => {}) // somebody has ended it
  if (child.stdin instanceof Socket) child.stdin.unref()
  return child
}
