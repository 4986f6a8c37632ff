import type { Awaitable } from '@watchman/core'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { optionRule } from './option-rule.ts'

/**
 * Returns what `run` returns.
 *
 * @throws Failure that names `variable`, the environment variable that `run` uses, where `run` throws or rejects.
 */
export async function withVariableName<Value>(variable: string, run: () => Awaitable<Value>): Promise<Value> {
  try {
    return await run()
  } catch (error) {
    const rule = optionRule(error)
    throw failure(exitCode.configuration, rule ? `${variable} ${rule}` : `${variable}: ${messageOf(error)}`)
  }
}
