import { memberOf } from '@watchman/core/driver'

/** How many slots a cluster of Redis has. */
const SLOTS = 16_384

/**
 * Returns the address of the node of a cluster that has a key; undefined without a list of slots. `slots` has for each slot
 * the addresses of its nodes, as in ioredis, or its master, as in redis.
 */
export function nodeOfKey(slots: unknown, key: string): string | undefined {
  const nodes = memberOf(slots, slotOf(key))
  const address = memberOf(nodes, 0) ?? memberOf(memberOf(nodes, 'master'), 'address')
  return typeof address === 'string' ? address : undefined
}

/** The slot of a key: a checksum of what stands between its first braces, if anything does, else of all of it. */
function slotOf(key: string): number {
  const [, tag = key] = /^[^{]*\{([^}]+)\}/.exec(key) ?? []
  return checksum(new TextEncoder().encode(tag)) % SLOTS
}

/** CRC-16/XMODEM, which the specification of Redis Cluster prescribes. */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}
