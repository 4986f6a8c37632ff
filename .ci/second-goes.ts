import type { Reporter } from 'vitest/node'

/** Names the tests that passed at their second go only: each is to be looked at, whatever the run came to. */
export const secondGoes: Reporter = {
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const flaky = tests.filter((test) => test.diagnostic()?.flaky)
    for (const { module, fullName } of flaky)
      console.log(`At its second go: ${module.relativeModuleId} > ${fullName}`)
    console.log(`${flaky.length} tests needed a second go`)
  },
}
