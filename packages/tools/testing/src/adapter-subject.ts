import type { Watchman } from '@watchman/core'

/**
 * An adapter under test, and how to start a server with it. Leave out what the adapter does not support; its cases are
 * left out too.
 */
export interface AdapterSubject {
  /** Starts a server on the loopback interface with the watchman mounted at some path. */
  readonly mount: (watchman: Watchman) => Promise<MountedServer>
  /** The same with a single view, such as `watchman.bare`. Leave it out where the adapter mounts only whole watchmen. */
  readonly mountView?: ((view: Watchman['bare']) => Promise<MountedServer>) | undefined
  /** Whether a value is the framework's own request. Leave it out where the adapter does not pass it on. */
  readonly isRaw?: ((raw: unknown) => boolean) | undefined
  /** The path of another route of the app, which answers `app`: `'/beside'`. Leave it out where there is none. */
  readonly beside?: string | undefined
  /**
   * Whether the framework parses the URL before the adapter sees it, as `fetch` handlers and Hono do. Then a response may be
   * what `watchman.fetch` answers to the parsed URL. Otherwise paths must reach the watchman as they were sent, so that
   * `/x/../ping` is a 404.
   *
   * @default false
   */
  readonly parsesUrls?: boolean | undefined
  /**
   * Whether the framework takes `/WATCHMAN` for `/watchman`, as Express does, and does not tell the adapter which of them is the
   * mount. The paths of views differ by case in any framework.
   *
   * @default false
   */
  readonly ignoresCase?: boolean | undefined
}

/** A server that listens. */
export interface MountedServer {
  /** The mount, without a slash at its end: `http://127.0.0.1:8080/deep/watchman`. */
  readonly url: string
  /** Stops the server and ends its open connections. */
  readonly close: () => Promise<void>
}
