import { expect, test } from 'vitest'
import type { Manifest } from '../src/pack.ts'
import { inOrder, publish } from '../src/publish.ts'

function tarballOf(name: string, manifest: Partial<Manifest> = {}) {
  return { name, manifest: { name, version: '0.1.0', ...manifest }, tarball: `/nowhere/${name}.tgz` }
}

test('orders packages after their dependencies and peers', () => {
  const packages = [
    tarballOf('@watchman/express', {
      dependencies: { '@watchman/node': '^0.1.0' },
      peerDependencies: { '@watchman/core': '^0.1.0', express: '^5.0.0' },
    }),
    tarballOf('@watchman/node', { peerDependencies: { '@watchman/core': '^0.1.0' } }),
    tarballOf('@watchman/core'),
  ]
  expect(inOrder(packages).map(({ name }) => name)).toEqual([
    '@watchman/core',
    '@watchman/node',
    '@watchman/express',
  ])
})

test('names packages that depend on each other', () => {
  const packages = [
    tarballOf('@watchman/a', { dependencies: { '@watchman/b': '^0.1.0' } }),
    tarballOf('@watchman/b', { dependencies: { '@watchman/a': '^0.1.0' } }),
  ]
  expect(() => inOrder(packages)).toThrow('These depend on each other: @watchman/a, @watchman/b')
})

test('publishes no package if npm would refuse one of them', async () => {
  const options = { repository: 'https://github.com/acme/watchman', provenance: true }
  await expect(publish([tarballOf('@watchman/core')], options)).rejects.toThrow('"repository.url" is missing')
})
