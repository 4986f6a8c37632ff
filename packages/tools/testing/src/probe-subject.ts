import type { Awaitable, Probe } from '@watchman/core'

/**
 * A probe under test, and its backend. Leave out what does not apply; its cases are left out too. Each function changes the
 * backend and then returns the probe, the same or a new one; those returned before keep using that backend.
 */
export interface ProbeSubject {
  /** Makes the backend answer. */
  readonly up: () => Awaitable<Probe>
  /** Makes the backend refuse: requests fail at once. */
  readonly down: () => Awaitable<Probe>
  /**
   * Makes the backend accept connections and stay silent, on open ones too. Leave it out only where no request can
   * remain unanswered: a library that reads a file synchronously.
   */
  readonly hung?: (() => Awaitable<Probe>) | undefined
  /**
   * Lists what the probe has left in the backend: keys, files, queues. Called while the backend is up. Return `[]` when
   * nothing is left. If omitted, leftovers are not checked: do so only for a probe that writes nothing.
   */
  readonly leftovers?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Lists what the probe keeps from the application: slots of a pool, connections it opened, listeners on the client.
   * Called after each run, also while the backend hangs. Return `[]` when it holds nothing; the application's own
   * connection does not count.
   */
  readonly heldResources?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Milliseconds in which a backend that is up has answered; three times as many to recover. Give the test runner more
   * time than that for each case, 30 s by default, or its own limit hides which promise is broken. @default 5000
   */
  readonly patience?: number | undefined
  /** What an error must not show: the password in the URL. */
  readonly secrets?: readonly string[] | undefined
}
