/** One promise, for any test runner. */
export interface Case {
  /** A sentence about behaviour. */
  readonly name: string
  /** Rejects with an `AssertionError` of `node:assert` if the promise is broken. */
  readonly run: () => Promise<void>
}
