import { type Check, type CheckPolicy, defineProbeCheck, type Probe, WatchmanError } from '@watchman/core'

/**
 * Checks caches, one probe a cache: `{"caches":[{"default":{"ok":true}},{"sessions":{"ok":true}}]}`, sorted by name.
 * It also answers to `watchman.checks.caches`.
 *
 * @throws WatchmanError `INVALID_CHECK` for anything but named probes; what `defineProbeCheck` throws.
 * @example
 * caches({ default: ioredis(redis), sessions: memcached(client) }, { timeout: 2000 })
 */
export function caches(probes: Readonly<Record<string, Probe>>, policy: CheckPolicy = {}): Check {
  // A single probe would answer in another shape.
  if (typeof probes === 'function') {
    throw new WatchmanError(
      'INVALID_CHECK',
      'caches has no target: name one, as in caches({ default: probe })',
    )
  }
  return defineProbeCheck('caches', probes, {
    ...policy,
    aliases: ['watchman.checks.caches', ...(policy.aliases ?? [])],
  })
}
