import type { Awaitable, Check } from '@watchman/core'

/**
 * A whole check under test, and its backend. What cannot be is left out, and so are the cases. Each function changes
 * the backend and then gives the check, the same or a new one; those it gave before go on to work with that backend.
 */
export interface CheckSubject {
  /** Makes what is checked well. */
  readonly up: () => Awaitable<Check>
  /** Makes it fail. */
  readonly down: () => Awaitable<Check>
  /** Makes it stay silent. Give the check a short `timeout`, since the cases wait for it. */
  readonly hung?: (() => Awaitable<Check>) | undefined
  /** Names of what the check has left behind: keys, files, connections. Asked while it is well. `[]` where nothing is. */
  readonly residue?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Milliseconds in which the check has reported, and recovered. Give the test runner more time for each case, or its
   * own limit hides which promise is broken. @default 5000
   */
  readonly patience?: number | undefined
  /** What must not be shown in an error: the password in the URL. */
  readonly secrets?: readonly string[] | undefined
}
