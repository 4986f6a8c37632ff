/** One thing that holds, for any test runner. */
export interface Case {
  /** A sentence about behaviour. */
  readonly name: string
  /** Rejects with an `AssertionError` of `node:assert` where it does not hold. */
  readonly run: () => Promise<void>
}
