import type { Awaitable, Probe } from '@watchman/core'
import type { Environment } from '../variables.ts'
import { loadClient } from './load-client.ts'

/** A backend that was opened, and how to ask it. */
export interface Service {
  /** Asks it. */
  readonly probe: Probe
  /** Gives back what it holds. */
  readonly close: () => Awaitable<unknown>
}

/** Where a service is opened. */
export interface Place {
  /** What else is said of it. */
  readonly environment: Environment
  /** The folder whose packages are used. */
  readonly folder: string
}

/** Opens backends of one kind through one client. */
export interface Driver {
  /** The package of the client; empty where it needs none. */
  readonly client: string
  /** Opens what `value` names; undefined where the client is not installed. */
  readonly open: (value: string, place: Place) => Promise<Service | undefined>
}

/** Makes a driver of how to `connect` with a client, which is loaded only then. */
export function driver<Client>(
  client: string,
  connect: (client: Client, value: string, environment: Environment) => Awaitable<Service>,
): Driver {
  return {
    client,
    async open(value, { environment, folder }) {
      const loaded = loadClient<Client>(client, folder)
      return loaded && connect(loaded, value, environment)
    },
  }
}
