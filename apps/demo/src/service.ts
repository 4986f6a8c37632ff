import type { Probe } from '@watchman/core'

/** A backing service of the demo. */
export interface Service {
  /** A description for the terminal. */
  readonly description: string
  /** Checks whether it works. */
  readonly probe: Probe
  /** Closes the client, and the service if it is embedded. */
  close(): Promise<unknown> | unknown
}
