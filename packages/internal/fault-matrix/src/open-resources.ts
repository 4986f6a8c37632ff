/**
 * Counts what keeps the process alive beyond what did when this was called: its sockets and timers. A count below that is
 * 0, since what others had opened may end meanwhile.
 */
export function countResources(): () => Readonly<Record<string, number>> {
  const count = (kind: string) => process.getActiveResourcesInfo().filter((one) => one === kind).length
  const before = { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
  return () => ({
    sockets: Math.max(0, count('TCPSocketWrap') - before.sockets),
    timers: Math.max(0, count('Timeout') - before.timers),
  })
}
