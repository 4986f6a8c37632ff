import type { Rule } from '@watchman/core/driver'

/** Accepts the path below which an adapter answers. */
export const aPrefix: Rule = {
  expected: "a path as URLs contain it, such as '/watchman'",
  matches: (prefix) =>
    typeof prefix === 'string' &&
    prefix.startsWith('/') &&
    new URL(`http://localhost${prefix}`).pathname === prefix,
}

/** The prefix without a slash at its end: `'/'` and undefined are `''`. */
export function trimPrefix(prefix = ''): string {
  return prefix.replace(/\/+$/, '')
}
