import { missing, startRedis } from '@watchman/servers'
import { expect, test } from 'vitest'
import { nodeOfKey } from '../src/cluster-node.ts'
import { sendLines } from './server-commands.ts'

test.skipIf(missing('redis'))(
  `the node of a key is that of the slot in which Redis puts it ${missing('redis') ?? ''}`,
  async () => {
    const server = await startRedis({ cluster: true })
    const keys = ['123456789', 'watchman:0', '{app}:1', 'a{}b', '{{x}}', 'a{b', 'é', '{ä}c', 'x{y}{z}']
    const reply = await sendLines(server, ...keys.map((key) => `CLUSTER KEYSLOT ${key}`))
    const slots = [...reply.matchAll(/:(\d+)/g)].map(([, slot]) => Number(slot))
    const ofIoredis = Array.from({ length: 16_384 }, (_, slot) => [`node-of-${slot}`])
    const ofRedis = ofIoredis.map(([address]) => ({ master: { address } }))
    const expected = slots.map((slot) => `node-of-${slot}`)
    expect(keys.map((key) => nodeOfKey(ofIoredis, key))).toEqual(expected)
    expect(keys.map((key) => nodeOfKey(ofRedis, key))).toEqual(expected)
    await server.stop()
  },
)

test('the node of a key is unknown without a list of slots', () => {
  for (const slots of [undefined, [], {}]) expect(nodeOfKey(slots, 'key')).toBeUndefined()
})
