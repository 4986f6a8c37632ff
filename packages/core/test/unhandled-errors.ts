import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** Fake timers replace the global. */
const { setImmediate } = globalThis

/** Fails each test of a file that leaves a rejection unhandled, or throws where nobody can catch it. */
export function failOnUnhandledErrors(): void {
  const errors: unknown[] = []
  const note = (error: unknown) => errors.push(error)
  beforeAll(() => {
    process.on('unhandledRejection', note).on('uncaughtException', note)
  })
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors.splice(0)).toEqual([])
  })
  afterAll(() => {
    process.off('unhandledRejection', note).off('uncaughtException', note)
  })
}
