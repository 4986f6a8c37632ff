/** Milliseconds a target has: `timeout` of the check. */
export const DEADLINE = 800

/** Milliseconds for which the answer may be late: a turn of the event loop, and what JSON and headers take. */
export const GRACE = 250

/** Milliseconds for which a result is reused: `ttl` of the check. */
export const TTL = 200
