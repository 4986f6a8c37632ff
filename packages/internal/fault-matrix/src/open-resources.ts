/**
 * Counts the sockets and timers that keep the process alive, beyond those that did when this was called. A count below that
 * is 0, since what was open before may end meanwhile.
 */
export function countResources(): () => Readonly<Record<string, number>> {
  const count = (kind: string) => process.getActiveResourcesInfo().filter((one) => one === kind).length
  const before = { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
  return () => ({
    sockets: Math.max(0, count('TCPSocketWrap') - before.sockets),
    timers: Math.max(0, count('Timeout') - before.timers),
  })
}
