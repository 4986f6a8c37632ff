/** What ends the command: its message is the one line that is printed. */
export interface Failure extends Error {
  /** What the command ends with. */
  readonly exitCode: number
}

/** Makes what ends the command with `code`. */
export function failure(code: number, message: string): Failure {
  return Object.assign(new Error(message), { exitCode: code })
}

/** What was thrown, in words; of our own errors without the name of their origin, which the command prints itself. */
export function messageOf(thrown: unknown): string {
  const { message = thrown } = Object(thrown)
  return `${message}`.replace(/^\[watchman\] /, '')
}
