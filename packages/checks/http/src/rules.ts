import { isIP } from 'node:net'
import { integerFrom, type Rule } from '@watchman/core/driver'

/** Accepts names of hosts. */
export const aHostName: Rule = {
  expected: 'a host name, without a scheme or a port',
  matches: (value) => typeof value === 'string' && /^[\w.-]+$/.test(value) && isIP(value) === 0,
}

/** Accepts names and IP addresses of hosts. */
export const aHost: Rule = {
  expected: 'a host name or an IP address, without a scheme or a port',
  matches: (value) => aHostName.matches(value) || (typeof value === 'string' && isIP(value) !== 0),
}

/** Accepts ports. */
export const aPort: Rule = { expected: 'a port from 1 to 65535', matches: integerFrom(1, 65_535).matches }
