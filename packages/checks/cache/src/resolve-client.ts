import type { Probe } from '@watchman/core'

/** A client, or a function that returns it: for one that is made, or replaced, after the probe. */
export type ClientOrFunction<Client> = Client | (() => Client | null | undefined)

/**
 * Makes the probe of a client. A function that returns the client is called at each run; the probe of a client is kept for as long as
 * that client is returned, and a run without a client fails.
 */
export function probeOfClient<Client>(
  driver: string,
  client: ClientOrFunction<Client>,
  create: (client: Client) => Probe,
): Probe {
  if (!isResolver(client)) return create(client)
  let latest: { readonly client: Client; readonly probe: Probe } | undefined

  const run = async (signal: AbortSignal) => {
    const resolved = client()
    if (resolved === undefined || resolved === null) {
      throw new Error(`there is no client yet: the function that ${driver} calls returned ${resolved}`)
    }
    if (latest?.client !== resolved) latest = { client: resolved, probe: create(resolved) }
    return latest.probe(signal)
  }
  return Object.assign(run, {
    setupWarning: () => latest?.probe.setupWarning?.(),
    secrets: () => latest?.probe.secrets?.() ?? [],
  })
}

/** Whether a driver was passed a function that returns the client, and not the class of the client. */
function isResolver<Client>(client: ClientOrFunction<Client>): client is () => Client | null | undefined {
  return typeof client === 'function' && !/^class\b/.test(String(client))
}
