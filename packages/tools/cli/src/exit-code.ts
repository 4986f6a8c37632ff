/** What the command ends with, beside 0 where all is well or degraded. */
export const exitCode = {
  /** A check fails, or what was to be done could not be done. */
  failing: 1,
  /** The command was called in a way it does not know. */
  usage: 2,
  /** The configuration cannot be loaded, or cannot work. */
  configuration: 3,
} as const
