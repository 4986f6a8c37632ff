import type { CheckKind } from './backend.ts'

/** How the configuration that `init` writes uses a client. */
export interface ClientTemplate {
  /** The package of the client. */
  readonly client: string
  readonly kind: CheckKind
  /** The subpath of the driver, whose function is named after it: `pgProbe` of `@watchman/db/pg`. */
  readonly driver: string
  /** What is imported from the client, as in `import … from 'pg'`. */
  readonly importClause: string
  /** The variable that holds the client. */
  readonly variable: string
  /** The code that creates the client. */
  readonly createCode: string
  /** The arguments of the driver. */
  readonly driverArguments: string
  /** The code that closes the client. */
  readonly closeCode: string
}
