/** What ends the command: its message is the one line that is printed. */
export interface Failure extends Error {
  /** What the command ends with. */
  readonly exitCode: number
}

/** What the command ends with, beside 0 where a package was written. */
export const exitCode = {
  /** The package could not be written. */
  failing: 1,
  /** The command was called in a way that it does not know. */
  usage: 2,
  /** As a shell has it of what Ctrl-C ended. */
  interrupted: 130,
} as const

/** Makes what ends the command with `code`. */
export function failure(code: number, message: string): Failure {
  return Object.assign(new Error(message), { exitCode: code })
}
