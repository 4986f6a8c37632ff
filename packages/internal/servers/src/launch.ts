import { createFolder, removeFolder } from './folder.ts'
import { freePort } from './free-port.ts'
import type { Command } from './node-script.ts'
import type { Owner } from './owner.ts'
import { HOST, type Server } from './server.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { until } from './until.ts'

/** Milliseconds a server has until it answers. */
const PATIENCE = 60_000

/** What makes a kind of server. */
export interface Launch {
  readonly kind: string
  readonly owner: Owner
  /** The signal that asks it to end. @default SIGTERM */
  readonly endSignal?: NodeJS.Signals
  /** Sets up its data, once. */
  readonly prepare?: (folder: string) => Promise<void>
  readonly command: (port: number, folder: string) => Command
  /** One round trip. */
  readonly answers: (port: number) => Promise<boolean>
  readonly url: (port: number) => string
  /** Receives what a Node child reports. */
  readonly onMessage?: (message: unknown) => void
}

/** Starts a server of the kind that `launch` describes. */
export async function start(launch: Launch): Promise<Server> {
  const folder = await createFolder(launch.kind, launch.owner)
  try {
    await launch.prepare?.(folder)
    const [port, process] = await startOnFreePort(launch, folder)
    return control(launch, folder, port, process)
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

/** Between the choice of a port and its use somebody else may take it: one more try, then. */
async function startOnFreePort(launch: Launch, folder: string): Promise<readonly [number, ServerProcess]> {
  const port = await freePort()
  try {
    return [port, await startOn(port, launch, folder)]
  } catch (error) {
    if (!/address already in use|EADDRINUSE/i.test(String(error))) throw error
    const other = await freePort()
    return [other, await startOn(other, launch, folder)]
  }
}

async function startOn(port: number, launch: Launch, folder: string): Promise<ServerProcess> {
  const { kind, owner, onMessage } = launch
  const options = { ...launch.command(port, folder), owner, folder, ...(onMessage && { onMessage }) }
  const process = await startProcess(options)
  const answered = async () => (await launch.answers(port)) || !process.isRunning()
  // Looked at last: the answer could be that of another server, which holds the port this one could not get.
  if ((await until(answered, PATIENCE)) && process.isRunning()) return process
  await process.kill()
  throw new Error(`[servers] ${kind} did not start on port ${port}:\n${process.output()}`)
}

function control(launch: Launch, folder: string, port: number, first: ServerProcess): Server {
  const state: { process: ServerProcess; stopping?: Promise<void> } = { process: first }
  const end = () => state.process.end(launch.endSignal ?? 'SIGTERM')

  async function stop(): Promise<void> {
    await end()
    await removeFolder(folder)
  }

  return {
    host: HOST,
    port,
    url: launch.url(port),
    stop() {
      state.stopping ??= stop()
      return state.stopping
    },
    kill: () => state.process.kill(),
    pause: () => state.process.pause(),
    resume: () => state.process.resume(),
    async restart() {
      if (state.stopping)
        throw new Error(`[servers] ${launch.kind} was stopped, its data are gone: start a new one`)
      await end()
      state.process = await startOn(port, launch, folder)
    },
  }
}
