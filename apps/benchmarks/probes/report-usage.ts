import { memberOf } from '@watchman/core/driver'

// Loaded into every contender: answers the harness with what the process has used, and ends the process with it.
const BACKENDS = [process.env.DATABASE_URL, process.env.REDIS_URL].map((url) =>
  Number(new URL(`${url}`).port),
)

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpu: (user + system) / 1e6, rss: process.memoryUsage.rss() / 2 ** 20, sockets: sockets() })
})
process.channel?.unref()
process.on('disconnect', () => process.exit())

/** The connections to a backend. Nothing public lists them. */
function sockets(): number {
  const list = memberOf(process, '_getActiveHandles')
  const handles: readonly object[] = typeof list === 'function' ? list.call(process) : []
  return handles.filter((handle) => 'remotePort' in handle && BACKENDS.includes(Number(handle.remotePort)))
    .length
}
