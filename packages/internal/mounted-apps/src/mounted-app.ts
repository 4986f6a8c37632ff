import type { Watchman } from '@watchman/core'
import type { MountedServer } from '@watchman/testing'

/** An app of some framework, with an endpoint whose dashboard the app itself guards. */
export interface MountedApp {
  readonly name: string
  /** Starts it on a free port of the loopback interface. */
  readonly start: (watchman: Watchman) => Promise<MountedServer>
  /** Whether the framework parses the URL before the adapter sees it. */
  readonly parsesUrls?: boolean
  /** Whether the framework takes `/WATCHMAN` for `/watchman`. */
  readonly ignoresCase?: boolean
}

/** What the guard of each app answers at the dashboard and below it, in place of the endpoint. */
export const REFUSAL = 'only for administrators'
