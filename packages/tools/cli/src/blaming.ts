import { type Awaitable, WatchmanError } from '@watchman/core'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'

/** Does what a variable of the environment says, and blames that variable where it cannot be done. */
export async function blaming<Value>(variable: string, act: () => Awaitable<Value>): Promise<Value> {
  try {
    return await act()
  } catch (thrown) {
    const message = messageOf(thrown)
    // The core names the option that the variable sets: "option errorCode of createWatchman must be …".
    const told =
      thrown instanceof WatchmanError
        ? message.replace(/^option \w+ of \w+/, variable)
        : `${variable}: ${message}`
    throw failure(exitCode.configuration, told)
  }
}
