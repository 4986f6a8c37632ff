import { createWatchman, defineCheck, defineProbeCheck, type Probe } from '@watchman/core'

const runs: Record<string, number> = {}

/** Counts its runs, each of which takes `delay` milliseconds. */
function counting(name: string, delay: number): Probe {
  return () => {
    runs[name] = (runs[name] ?? 0) + 1
    return new Promise((resolve) => setTimeout(resolve, delay))
  }
}

const watchman = createWatchman({
  checks: [
    defineProbeCheck('databases', {
      default: async () => {},
      replica: async () => {
        throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
      },
    }),
    defineProbeCheck('storage', () => new Promise(() => {}), { timeout: 300 }),
    defineProbeCheck('shared', counting('shared', 200), { ttl: 600_000 }),
    defineProbeCheck('left', counting('left', 500), { ttl: 0 }),
    defineCheck('echo', ({ url }) => ({ echo: new URL(url).pathname })),
    defineCheck('runs', () => ({ runs })),
  ],
  tokens: 'T',
})

// Bun reads where to listen from here, and is the only one that does.
export default { fetch: watchman.fetch, hostname: '127.0.0.1', port: 0 }
