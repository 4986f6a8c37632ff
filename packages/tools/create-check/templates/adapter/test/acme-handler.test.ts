import { createWatchman, type Host } from '@watchman/core'
import type { Endpoint } from '@watchman/core/adapter'
import { adapterCases, listen } from '@watchman/testing'
import { expect, test } from 'vitest'
import { acmeHandler, acmeRequest } from '../src/index.ts'
import { createApp } from './app.ts'

const mount = (endpoint: Endpoint) =>
  listen(createApp('/deep/watchman', acmeHandler(endpoint)), '/deep/watchman')

const isRaw = (raw: unknown) => acmeRequest({ raw })?.originalUrl !== undefined

// TODO: add `ignoresCase: true` if the framework takes /WATCHMAN for /watchman.
for (const { name, run } of adapterCases({ mount, mountView: mount, isRaw, beside: '/beside' })) {
  test(name, run)
}

test('anything but a watchman or one of its functions is refused', () => {
  // @ts-expect-error: the options of a watchman are not a watchman
  expect(() => acmeHandler({ checks: [] })).toThrow('acmeHandler expects a watchman or one of its functions')
})

test('a check that runs without the adapter has no request of the framework', () => {
  expect(acmeRequest({ raw: undefined })).toBe(undefined)
  expect(acmeRequest({ raw: new Request('http://localhost/') })).toBe(undefined)
})

test('a header that Node cannot send is a 500', async () => {
  const invalid = {
    name: 'invalid',
    setup: (host: Host) => host.view('invalid', () => new Response('', { headers: { 'X-Own': '\x01' } })),
  }
  const { url, close } = await mount(createWatchman({ plugins: [invalid] }))
  const response = await fetch(`${url}/invalid`)
  expect([response.status, await response.text()]).toEqual([500, '{"error":500,"message":"Internal error"}'])
  await close()
})
