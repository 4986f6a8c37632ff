import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from './node-script.ts'
import type { Owner } from './owner.ts'
import { haveEnded, killTree, pauseTree, resumeTree, treeOf } from './process-tree.ts'
import { until } from './until.ts'
import { entrust } from './watchdog.ts'

/** Milliseconds a server has to end in an orderly way. */
const GRACE = 10_000

/** A running server. */
export interface ServerProcess {
  /** Whether it has not ended. */
  isRunning(): boolean
  /** The last of what it has written. */
  output(): string
  pause(): void
  resume(): void
  /** Asks it to end by `signal`, and makes it end if it does not. */
  end(signal: NodeJS.Signals): Promise<void>
  kill(): Promise<void>
}

/** How to start one. */
export interface ProcessOptions extends Command {
  readonly owner: Owner
  /** Where it works; its log is kept there. */
  readonly folder: string
  /** Receives what a Node child reports. Without it there is no channel. */
  readonly onMessage?: (message: unknown) => void
}

/** Starts a server in a process group of its own, so that an interrupt of the tests reaches them alone. */
export async function startProcess(options: ProcessOptions): Promise<ServerProcess> {
  const { folder, onMessage } = options
  const log = join(folder, 'server.log')
  const output = openSync(log, 'a')
  const child = spawn(options.file, options.arguments, {
    ...options.owner,
    cwd: folder,
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', output, output, ...(onMessage ? (['ipc'] as const) : [])],
  })
  closeSync(output)
  const id = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => child.pid && resolve(child.pid))
  })
  entrust(folder, id)
  child.once('exit', () => entrust(folder))
  if (onMessage) child.on('message', onMessage)
  // A server that a test forgot to stop must not keep the tests from ending: the watchdog ends it then.
  child.unref()
  child.channel?.unref()

  const isRunning = () => child.exitCode === null && child.signalCode === null

  async function kill(): Promise<void> {
    if (!isRunning()) return
    const ids = killTree(id)
    await until(() => !isRunning() && haveEnded(ids), GRACE)
  }

  return {
    isRunning,
    kill,
    output: () => readFileSync(log, 'utf8').slice(-2000),
    pause: () => void (isRunning() && pauseTree(id)),
    resume: () => isRunning() && resumeTree(id),
    async end(signal) {
      if (!isRunning()) return
      const ids = treeOf(id)
      child.kill(signal)
      resumeTree(id)
      if (!(await until(() => !isRunning() && haveEnded(ids), GRACE))) await kill()
    },
  }
}
