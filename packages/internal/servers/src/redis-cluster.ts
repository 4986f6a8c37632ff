import { answers } from './answers.ts'
import { command } from './redis-protocol.ts'

const SLOTS = 16_384

/**
 * Assigns all slots to the node on `port`, unless it has them, and says whether the cluster is ready. Redis itself waits
 * two seconds after a start until it calls a cluster ready.
 */
export async function joinCluster(port: number, greeting: string): Promise<boolean> {
  const info = `${greeting}CLUSTER INFO\r\nQUIT\r\n`
  if (await answers(port, info, (received) => received.includes('cluster_state:ok'))) return true
  if (await answers(port, info, (received) => received.includes('cluster_slots_assigned:0'))) {
    const slots = Array.from({ length: SLOTS }, (_, slot) => `${slot}`)
    await answers(port, `${greeting}${command('CLUSTER', 'ADDSLOTS', ...slots)}QUIT\r\n`, () => false)
  }
  return false
}
