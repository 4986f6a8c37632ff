import { defineConfig } from 'vitest/config'

const conditions = ['@watchman/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/**/test/**/*.test.ts', 'apps/**/test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
})
