import type { Awaitable, Probe } from '@watchman/core'
import type { CommandContext } from '../command-context.ts'
import type { Environment } from '../variables.ts'
import { loadClient } from './load-client.ts'

/** An opened backend. */
export interface Service {
  /** Asks the backend. */
  readonly probe: Probe
  /** Closes the client. */
  readonly close: () => Awaitable<unknown>
}

/** Opens backends of one kind through one client. */
export interface BackendDriver {
  /** The package of the client; empty where it needs none. */
  readonly client: string
  /** Opens the backend that `value` names; resolves to undefined where the client is not installed. */
  readonly open: (value: string, context: CommandContext) => Promise<Service | undefined>
}

/** Makes a driver of a function that connects with a client, which is loaded only then. */
export function driver<Client>(
  client: string,
  connect: (client: Client, value: string, environment: Environment) => Awaitable<Service>,
): BackendDriver {
  return {
    client,
    async open(value, { environment, folder }) {
      const loaded = loadClient<Client>(client, folder)
      return loaded && connect(loaded, value, environment)
    },
  }
}
