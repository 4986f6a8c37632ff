import { configDefaults, defineConfig } from 'vitest/config'
import { flakyReporter } from './packages/internal/release/src/flaky-reporter.ts'
import { Sequencer } from './packages/internal/release/src/sequencer.ts'

const conditions = ['@watchman/source', 'node']

/** What both tiers of tests share. */
export const shared = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    maxWorkers: 6, // the tests of the drivers spend most of their time waiting
    retry: process.env.CI ? 1 : 0, // a shared machine may stall for longer than a deadline; tests that were retried are named
    reporters: ['default', flakyReporter],
    sequence: { sequencer: Sequencer },
    testTimeout: 60_000, // a busy machine needs many times as long as a quiet one
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
  },
})

/** Templates are tested in the packages that are generated from them; slow tests by `npm run test:slow`. */
const exclude = [...configDefaults.exclude, '**/templates/**', '**/*.slow.test.ts']

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    projects: [
      {
        extends: true,
        // These tests share no state: one process for many files takes two thirds of the time.
        test: { name: 'core', include: ['packages/core/test/**/*.test.ts'], exclude, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'others',
          include: ['packages/**/test/**/*.test.ts', 'apps/**/test/**/*.test.ts'],
          exclude: [...exclude, 'packages/core/**'],
        },
      },
    ],
  },
})
