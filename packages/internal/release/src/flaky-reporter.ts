import type { Reporter } from 'vitest/node'

/** Names the tests that passed only when they were retried: each should be looked at, even if the run passed. */
export const flakyReporter: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const flaky = tests.filter((test) => test.diagnostic()?.flaky)
    for (const { module, fullName } of flaky)
      console.log(`Passed when retried: ${module.relativeModuleId} > ${fullName}`)
    console.log(`${flaky.length} tests were retried`)
  },
}
