import { integerFrom, type Rule } from '@watchman/core/driver'

/** Accepts host names and addresses. */
export const aHost: Rule = {
  expected: 'a host name or an address, without a scheme',
  matches: (value) => typeof value === 'string' && /^[\w.:-]+$/.test(value),
}

/** Accepts ports. */
export const aPort: Rule = { expected: 'a port from 1 to 65535', matches: integerFrom(1, 65_535).matches }
