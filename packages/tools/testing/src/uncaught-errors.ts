const EVENTS = ['unhandledRejection', 'uncaughtException'] as const

/** Runs `act` and returns the uncaught errors, which would end the process. Other listeners do not receive them. */
export async function uncaughtErrors(act: () => Promise<void>): Promise<readonly unknown[]> {
  const errors: unknown[] = []
  const record = (error: unknown) => void errors.push(error)
  const others = EVENTS.map((event) => [event, process.rawListeners(event)] as const)
  for (const event of EVENTS) {
    process.removeAllListeners(event)
    process.on(event, record)
  }
  try {
    await act()
  } finally {
    for (const [event, listeners] of others) {
      process.off(event, record)
      for (const listener of listeners) Reflect.apply(process.on, process, [event, listener])
    }
  }
  return errors
}
