import { recordUncaughtErrors } from '@watchman/test-helpers'
import { afterAll, afterEach, expect } from 'vitest'

/** Fake timers replace the global. */
const { setImmediate } = globalThis

/** Fails each test of a file that leaves a rejection unhandled, or throws where nobody can catch it. */
export function failOnUnhandledErrors(): void {
  const errors = recordUncaughtErrors()
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors.take()).toEqual([])
  })
  afterAll(errors.stop)
}
