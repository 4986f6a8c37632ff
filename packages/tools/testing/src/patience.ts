/** Milliseconds that a run may take to end once its signal has aborted, on a machine that is busy. */
export const SOON = 500

/** Milliseconds in which a question has reached its backend. */
export const ASKED = 100

/** How long the cases wait, in milliseconds. */
export interface Patience {
  /** Until an answer of a backend that is up. */
  readonly answer: number
  /** Until a client has found its backend again. */
  readonly recovery: number
  /** After which a run is told to give up, where its client tries for longer to reach a backend that is down. */
  readonly deadline: number
}

/**
 * How long to wait for a subject; by default as long as the runner does, since a backend that answers within its deadline
 * is well. That is as long as some test runners wait for a whole test: whoever runs the cases gives each 30 s.
 */
export function patienceOf({ patience = 5000 }: { readonly patience?: number | undefined }): Patience {
  return { answer: patience, recovery: 3 * patience, deadline: Math.min(patience, 1000) }
}
