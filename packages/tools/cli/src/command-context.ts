import type { Environment } from './variables.ts'

/** Where a command runs. */
export interface CommandContext {
  /** The environment variables. */
  readonly environment: Environment
  /** The folder whose configuration and packages are used. */
  readonly folder: string
}
