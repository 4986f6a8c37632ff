import { configDefaults, defineConfig } from 'vitest/config'
import { secondGoes } from './.ci/second-goes.ts'
import { Sequencer } from './.ci/sequencer.ts'

const conditions = ['@watchman/source', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: ['packages/tools/servers/src/setup.ts'],
    include: ['packages/**/test/**/*.test.ts', 'apps/**/test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/templates/**'], // tested once packages are made of them
    maxWorkers: 4, // the tests of the drivers wait most of their time
    retry: process.env.CI ? 1 : 0, // a shared machine may stall for longer than a deadline; the second goes are named
    reporters: ['default', secondGoes],
    sequence: { sequencer: Sequencer },
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
})
