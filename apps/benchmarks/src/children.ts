import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Ends `child` when this process ends, however that comes about. Returns what ends it before. */
export function endWithUs(child: ChildProcess): () => void {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return () => void child.kill('SIGKILL') // also where it is stopped
}
