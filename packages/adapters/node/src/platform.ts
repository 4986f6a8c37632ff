/**
 * The classes of the platform, as they are when this module is loaded. Other libraries replace the global ones, as Hono's server for
 * Node does: a replaced class may take other parameters, and refuses what another library has replaced.
 */
export const platform = {
  Headers: globalThis.Headers,
  Request: globalThis.Request,
} as const
