import type { Socket } from 'node:net'

/** How many bytes are held before the source has to wait. */
const LIMIT = 65_536

/** One direction of a proxied connection: holds what the source sends until it is forwarded. */
export interface Relay {
  /** How many bytes are held. */
  readonly size: () => number
  /** Removes what is held, or the first `count` bytes of it, and returns it. */
  readonly take: (count?: number) => Buffer
  /** Forwards what is held, and then the end of the connection if the source has ended it. */
  readonly flush: () => void
  /** Loses what is held and all that the source sends later: nothing is forwarded any more, not even the end. */
  readonly lose: () => void
}

/** Makes a relay. `onReceive` is called whenever the source sends something, ends or closes. */
export function createRelay(source: Socket, destination: Socket, onReceive: () => void): Relay {
  let held: Buffer[] = []
  let isLost = false
  let state: 'open' | 'ended' | 'closed' = 'open'
  const size = () => held.reduce((sum, { length }) => sum + length, 0)

  /** The source waits while too much is held, or while the destination reads more slowly. */
  function applyBackpressure(): void {
    if (size() >= LIMIT || destination.writableNeedDrain) source.pause()
    else source.resume()
  }

  function take(count = Number.POSITIVE_INFINITY): Buffer {
    const all = Buffer.concat(held)
    held = count < all.length ? [all.subarray(count)] : []
    applyBackpressure()
    return all.subarray(0, count)
  }

  source.on('data', (chunk) => {
    if (!isLost) held.push(chunk)
    applyBackpressure()
    onReceive()
  })
  source.on('end', () => {
    state = 'ended'
    onReceive()
  })
  source.on('close', () => {
    state = 'closed'
    onReceive()
  })
  source.on('error', () => isLost || destination.destroy())
  destination.on('drain', applyBackpressure)

  return {
    size,
    take,
    lose() {
      isLost = true
      take()
    },
    flush() {
      if (isLost) return
      if (held.length > 0) destination.write(take())
      if (state === 'closed') destination.destroySoon()
      else if (state === 'ended') destination.end()
      applyBackpressure()
    },
  }
}
