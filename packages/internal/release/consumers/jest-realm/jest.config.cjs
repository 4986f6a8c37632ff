/** Runs tests that were written for Vitest, with the CommonJS build of core. */
module.exports = {
  testEnvironment: 'node',
  testRegex: '\\.test\\.ts$',
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: `${__dirname}/tsconfig.json` }] },
  moduleNameMapper: {
    '^vitest$': `${__dirname}/vitest.cjs`,
    '^@watchman/test-helpers$': `${__dirname}/test-helpers/index.ts`,
  },
}
