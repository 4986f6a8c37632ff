import { test } from 'bun:test'
import { adapterCases } from '@watchman/testing'

/** Serves a watchman as its README says, on a free port. */
async function mount(watchman) {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: watchman.fetch })
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop(true) }
}

for (const { name, run } of adapterCases({ mount, parsesUrls: true })) test(name, run, 20_000)
