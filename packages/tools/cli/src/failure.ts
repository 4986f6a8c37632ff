import { errorMessage } from '@watchman/core/driver'

/** An error that ends the command. Its message is the one line that is printed. */
export interface Failure extends Error {
  /** The exit code of the command. */
  readonly exitCode: number
}

/** Makes an error that ends the command with `code`. */
export function failure(code: number, message: string): Failure {
  return Object.assign(new Error(message), { exitCode: code })
}

/** Returns the message of an error and its causes, without the prefix of Watchman, which the command prints itself. */
export function messageOf(error: unknown): string {
  return errorMessage(error).replace(/^\[watchman\] /, '')
}
