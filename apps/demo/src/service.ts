import type { Probe } from '@watchman/core'

/** A backing service of the demo. */
export interface Service {
  /** What it is, in words for the terminal. */
  readonly description: string
  /** Asks it whether it works. */
  readonly probe: Probe
  /** Gives back what it holds. */
  close(): Promise<unknown> | unknown
}
