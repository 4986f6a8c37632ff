/** A private instance of a server, on a free port of the loopback interface. */
export interface Server {
  /** The address it listens on. */
  readonly host: string
  /** The port it listens on; a restart keeps it. */
  readonly port: number
  /** Where it is reached, with user, password and database where the kind has them. */
  readonly url: string
  /** Ends it in an orderly way and removes its folder. Works on a paused or killed one; later calls do nothing. */
  stop(): Promise<void>
  /** Ends the process and its children with SIGKILL; resolves when they have ended. The data stay. */
  kill(): Promise<void>
  /** Holds the process and its children with SIGSTOP: connections are accepted by the system, nothing answers. */
  pause(): void
  /** Lets a paused one continue. */
  resume(): void
  /** Ends it if it runs, starts it on the same port with the same data; resolves when it answers. */
  restart(): Promise<void>
}

/** The address every server listens on. */
export const HOST = '127.0.0.1'

/** A server of a database, with an account of its own. */
export interface DatabaseServer extends Server {
  readonly user: string
  readonly password: string
  readonly database: string
}
