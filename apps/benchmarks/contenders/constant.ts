/** The answer of the constant handlers: that of Watchman when all is well. */
export const CONSTANT = { databases: [{ default: { ok: true } }], caches: [{ default: { ok: true } }] }
