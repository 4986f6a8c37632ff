import type { Awaitable, Probe } from '@watchman/core'

/**
 * A probe under test, and its backend. What cannot be is left out, and so are the cases. Each function changes the
 * backend and then gives the probe, the same or a new one; those it gave before go on to work with that backend.
 */
export interface ProbeSubject {
  /** Lets the backend answer. */
  readonly up: () => Awaitable<Probe>
  /** Lets the backend refuse: what asks it fails at once. */
  readonly down: () => Awaitable<Probe>
  /**
   * Lets the backend take connections and stay silent, on those that are open as well. Leave it out only where no
   * question can stay without an answer: a library that reads a file at once.
   */
  readonly hung?: (() => Awaitable<Probe>) | undefined
  /**
   * Lets the hung backend go on: it answers what it was asked, or breaks its connections. Only for a probe that waits
   * past the abort for what it has sent: it need not settle at the abort, but has to then. Leave it out when the probe
   * rejects at once with `until`.
   */
  readonly resume?: (() => Awaitable<unknown>) | undefined
  /**
   * Names of what the probe has left in the backend: keys, files, queues. Asked while it is up. `[]` where nothing is;
   * leave it out only where the probe writes nothing, since then nobody looks.
   */
  readonly residue?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Names of what the probe keeps from the application: slots of a pool, connections it opened, listeners on the
   * client. Asked after each run, also while the backend hangs. `[]` where nothing is; the connection that the
   * application holds itself is none of it.
   */
  readonly held?: (() => Awaitable<readonly string[]>) | undefined
  /**
   * Milliseconds in which a backend that is up has answered; three times as many to recover. Give the test runner more
   * time than that for each case, 30 s by default, or its own limit hides which promise is broken. @default 5000
   */
  readonly patience?: number | undefined
  /** What must not be shown in an error: the password in the URL. */
  readonly secrets?: readonly string[] | undefined
}
