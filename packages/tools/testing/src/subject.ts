import type { Watchman } from '@watchman/core'

/** One view at any path: `watchman.bare`. */
export type ViewFunction = Watchman['bare']

/** An adapter under test, and how to start a server with it. What it cannot do is left out, and so are the cases. */
export interface AdapterSubject {
  /** Starts a server on the loopback interface with the watchman mounted somewhere. */
  readonly mount: (watchman: Watchman) => Promise<MountedServer>
  /** The same with a single view. Leave it out where the adapter takes none. */
  readonly mountView?: ((view: ViewFunction) => Promise<MountedServer>) | undefined
  /** Whether a value is the framework's own request. Leave it out where the adapter hands none over. */
  readonly isRaw?: ((raw: unknown) => boolean) | undefined
  /** The path of another route of the app, which answers `app`: `'/beside'`. Leave it out where there is none. */
  readonly beside?: string | undefined
}

/** A server that listens. */
export interface MountedServer {
  /** The mount, without a slash at its end: `http://127.0.0.1:8080/deep/watchman`. */
  readonly url: string
  /** Ends the server and every connection to it. */
  readonly close: () => Promise<void>
}
