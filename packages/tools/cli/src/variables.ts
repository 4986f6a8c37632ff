import { backendVariables } from './generated/backend-variables.ts'
import { settings } from './settings.ts'

/** The environment variables that are read, and what each sets. */
export const variables = { ...backendVariables, ...settings } as const

/** The name of a variable that is read. */
export type Variable = keyof typeof variables

/** Variables and their values: `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Returns the value of a variable. An empty one counts as absent: Compose passes unset variables on as empty strings. */
export function read(environment: Environment, variable: Variable): string | undefined {
  return environment[variable] || undefined
}

/** Returns the parts of a value that is separated by commas. */
export function listOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
