import type { BackendDriver } from './drivers/driver.ts'
import type { Variable } from './variables.ts'

/** The kinds of checks whose backends the environment can name. */
export type CheckKind = 'databases' | 'caches' | 'email' | 'storage'

/** A backend that a variable names. `VARIABLE_NAME` names a further one, whose target is `name`. */
export interface Backend {
  readonly variable: Variable
  readonly kind: CheckKind
  /** The name of the target of the variable itself. */
  readonly target: string
  /** The drivers by the scheme of the URL; a list where any value is right. The first whose client is installed is used. */
  readonly drivers: Readonly<Record<string, readonly BackendDriver[]>> | readonly BackendDriver[]
}
