/** The exit codes of the command, beside 0 where everything is ok or degraded. */
export const exitCode = {
  /** A check fails, or the command could not do what it was asked to. */
  failing: 1,
  /** Unknown commands, options or names, or wrong values of them. */
  usage: 2,
  /** The configuration cannot be loaded, or cannot work. */
  configuration: 3,
} as const
