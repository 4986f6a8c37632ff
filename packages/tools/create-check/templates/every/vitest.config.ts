import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // A case gives a client up to 15 s to reconnect before it fails.
    testTimeout: 30_000,
  },
})
