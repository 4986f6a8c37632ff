/** Notes what would end the process of an application, until the function it returns is called, which tells it. */
export function noteIncidents(): () => readonly string[] {
  const incidents: string[] = []
  const note = (error: unknown) => void incidents.push(String(error))
  process.on('unhandledRejection', note).on('uncaughtExceptionMonitor', note)
  return () => {
    process.off('unhandledRejection', note).off('uncaughtExceptionMonitor', note)
    return incidents
  }
}
