import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // A case gives a client up to 15 s to find its backend again before it says which promise is broken.
    testTimeout: 30_000,
  },
})
