import { isatty } from 'node:tty'

/** Whether somebody may wait for the process on a terminal. Does not open `process.stdin`, which has side effects. */
export function isTerminal(): boolean {
  return isatty(0) || isatty(1)
}
