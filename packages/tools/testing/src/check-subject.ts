import type { Awaitable, Check } from '@watchman/core'

/**
 * A whole check under test, and its backend. Leave out what does not apply; its cases are left out too. Each function
 * changes the backend and then returns the check, the same or a new one; those returned before keep using that backend.
 */
export interface CheckSubject {
  /** Makes the check succeed. */
  readonly up: () => Awaitable<Check>
  /** Makes it fail. */
  readonly down: () => Awaitable<Check>
  /** Makes it hang. Give the check a short `timeout`, since the cases wait for it. */
  readonly hung?: (() => Awaitable<Check>) | undefined
  /** Lists what the check has left behind: keys, files, connections. Called while the backend is up. `[]` for nothing. */
  readonly leftovers?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Milliseconds in which the check has reported, and recovered. Give the test runner more time for each case, or its
   * own limit hides which promise is broken. @default 5000
   */
  readonly patience?: number | undefined
  /** What an error must not show: the password in the URL. */
  readonly secrets?: readonly string[] | undefined
}
