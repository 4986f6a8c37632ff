import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** The slow tier, which `npm run test:slow` runs: what takes minutes, or needs a program that is built first. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: [
      '{packages,apps}/**/test/**/*.slow.test.ts',
      'packages/{checks/db,internal/fault-matrix}/test/sqlite*.test.ts',
    ],
  },
})
