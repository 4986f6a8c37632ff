import { settlesLater } from '@watchman/core/driver'
import { overrideProperty } from './override-property.ts'
import { untilAborted } from './until-aborted.ts'

/** The members of a child process that are used. */
interface Child {
  readonly pid?: number | undefined
  readonly exitCode: number | null
  readonly signalCode: string | null
  readonly stdio: readonly ({ destroy(): unknown } | null | undefined)[]
  kill(signal: 'SIGKILL'): unknown
}

/** Starts a program; `detached` makes it the leader of a process group. */
type Spawn = (path: string, parameters: string[], options: { readonly detached: boolean }) => Child

/** The members of a transporter that decide how it starts a program. */
export interface SpawningTransporter {
  readonly transporter: {
    /** How the sendmail transport starts its program: not part of its types. */
    readonly _spawn?: Spawn | undefined
  }
}

/**
 * Calls `use` with a view of `mailer`, a transporter of the sendmail transport, whose program is killed when `signal` aborts, with
 * all processes that it has started. nodemailer itself waits for its program without a limit.
 *
 * @throws Error that says that the program has not ended, with `signal.reason` as its cause, at once when the signal aborts; Error
 * where the program was killed by somebody else; what `use` throws.
 */
export async function withOwnedProcess<Mailer extends SpawningTransporter, Result>(
  mailer: Mailer,
  signal: AbortSignal,
  use: (view: Mailer) => PromiseLike<Result>,
): Promise<Result> {
  const children: Child[] = []
  const transport = mailer.transporter
  const detached = process.platform !== 'win32' // Windows has no process groups, and would open a window

  const spawn = (path: string, parameters: string[]) => {
    const child = transport._spawn?.(path, parameters, { detached })
    if (child) children.push(child)
    if (signal.aborted) killAll()
    return child
  }
  const killAll = () => {
    for (const child of children) kill(child, detached)
  }
  const giveUp = (cause: unknown, settled: Promise<unknown>) => {
    const progress = children.length > 0 ? 'exited' : 'started'
    killAll()
    return settlesLater(new Error(`sendmail has not ${progress} yet`, { cause }), settled)
  }

  const view = overrideProperty(mailer, 'transporter', overrideProperty(transport, '_spawn', spawn))
  const result = await untilAborted(() => use(view), signal, giveUp)
  const killed = children.find(({ signalCode }) => signalCode !== null) // a success to old versions of nodemailer
  if (killed) throw new Error(`sendmail was killed by ${killed.signalCode}`)
  return result
}

function hasNotExited({ exitCode, signalCode }: Child): boolean {
  return exitCode === null && signalCode === null
}

/** Kills a process and its group, unless it has exited: its number may then be another's. Never throws. */
function kill(child: Child, hasGroup: boolean): void {
  if (!hasNotExited(child)) return
  try {
    if (hasGroup && child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has just exited.
  }
  child.kill('SIGKILL')
  for (const stream of child.stdio) stream?.destroy() // a process outside the group may hold the other end
}
