/** How long a run may take to settle once its signal has aborted, on a busy machine, in milliseconds. */
export const SETTLE_TIME = 500

/** How long a request takes to reach its backend, in milliseconds. */
export const SEND_TIME = 100

/** How long the cases wait, in milliseconds. */
export interface TimeLimits {
  /** For the response of a backend that is up. */
  readonly answer: number
  /** For a client to reconnect. */
  readonly recovery: number
  /** Before a run is aborted whose client keeps trying to reach a backend that is down. */
  readonly deadline: number
}

/**
 * The time limits of a subject. The default is the runner's own timeout, since a backend that responds within it is healthy.
 * Some test runners end a test after that time: give each case 30 s.
 */
export function timeLimitsOf({ patience = 5000 }: { readonly patience?: number | undefined }): TimeLimits {
  return { answer: patience, recovery: 3 * patience, deadline: Math.min(patience, 1000) }
}
