import type { Outgoing } from './exchange.ts'

/** Whether nothing more can be sent. */
export function isClosed(outgoing: Outgoing): boolean {
  return outgoing.writableEnded || ('stream' in outgoing ? outgoing.stream.destroyed : outgoing.destroyed)
}
