/** The `timeout` of the check, in milliseconds. */
export const DEADLINE = 800

/** How much later a response may come, in milliseconds: the event loop turns, and JSON and headers are made. */
export const GRACE = 250

/** The `ttl` of the check, in milliseconds. */
export const TTL = 200
