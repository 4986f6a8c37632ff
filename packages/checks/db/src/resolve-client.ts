import type { Probe } from '@watchman/core'

/** A client, or a function that returns it: for one that is made, or replaced, after the probe. */
export type ClientOrFunction<Client> = Client | (() => Client | null | undefined)

/** What differs from driver to driver. */
interface Resolution<Client> {
  /** Makes the probe of a client. */
  readonly create: (client: Client) => Probe
  /** Returns an object that stays the same where the client is only wrapped again. @default the client */
  readonly identityOf?: (client: Client) => unknown
}

/**
 * Makes a probe that calls `resolve` at each run, and keeps the probe of a client for as long as that client is returned. A run
 * without a client fails.
 */
export function resolvingProbe<Client>(
  driver: string,
  resolve: () => Client | null | undefined,
  { create, identityOf = (client) => client }: Resolution<Client>,
): Probe {
  let latest: { readonly identity: unknown; readonly probe: Probe } | undefined

  const run = async (signal: AbortSignal) => {
    const client = resolve()
    if (client === undefined || client === null) {
      throw new Error(`there is no client yet: the function that ${driver} calls returned ${client}`)
    }
    const identity = identityOf(client)
    const probe = latest && latest.identity === identity ? latest.probe : create(client)
    latest = { identity, probe }
    return probe(signal)
  }
  return Object.assign(run, {
    setupWarning: () => latest?.probe.setupWarning?.(),
    secrets: () => latest?.probe.secrets?.() ?? [],
  })
}

/** Whether a driver was passed a function that returns the client. Some clients can be called too. */
export function isResolver<Client>(
  client: ClientOrFunction<Client>,
): client is () => Client | null | undefined {
  return typeof client === 'function'
}
