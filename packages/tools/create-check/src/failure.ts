/** Ends the command: its message is the one line that is printed. */
export interface Failure extends Error {
  /** The exit code of the command. */
  readonly exitCode: number
}

/** The exit codes of the command, beside 0 where a package was written. */
export const exitCode = {
  /** The package could not be written. */
  failing: 1,
  /** The parameters of the command are invalid. */
  usage: 2,
  /** Ctrl-C ended the command: 128 and the number of SIGINT, as shells report it. */
  interrupted: 130,
} as const

/** Makes the error that ends the command with `code`. */
export function failure(code: number, message: string): Failure {
  return Object.assign(new Error(message), { exitCode: code })
}
