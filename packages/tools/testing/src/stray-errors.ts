const EVENTS = ['unhandledRejection', 'uncaughtException'] as const

/**
 * Does something, and gives what was thrown meanwhile where nobody could catch it. It would end a process; who else
 * listens for it, such as the test runner, hears nothing of it.
 */
export async function strayErrors(act: () => Promise<void>): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  const hear = (error: unknown) => void errors.push(error)
  const others = EVENTS.map((event) => [event, process.rawListeners(event)] as const)
  for (const event of EVENTS) {
    process.removeAllListeners(event)
    process.on(event, hear)
  }
  try {
    await act()
  } finally {
    for (const [event, listeners] of others) {
      process.off(event, hear)
      for (const listener of listeners) Reflect.apply(process.on, process, [event, listener])
    }
  }
  return errors
}
