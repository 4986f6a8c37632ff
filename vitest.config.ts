import { configDefaults, defineConfig } from 'vitest/config'
import { flakyReporter } from './packages/internal/release/src/flaky-reporter.ts'
import { Sequencer } from './packages/internal/release/src/sequencer.ts'

const conditions = ['@watchman/source', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: ['packages/internal/servers/src/setup.ts'],
    include: ['packages/**/test/**/*.test.ts', 'apps/**/test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/templates/**'], // tested in the packages that are generated from them
    maxWorkers: 4, // the tests of the drivers spend most of their time waiting
    retry: process.env.CI ? 1 : 0, // a shared machine may stall for longer than a deadline; tests that were retried are named
    reporters: ['default', flakyReporter],
    sequence: { sequencer: Sequencer },
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
})
