import type { View } from '@watchman/core'
import type { Answer } from './ask.ts'

/** A view under test. */
export interface ViewSubject {
  /** Makes a view, with a state of its own each time. */
  readonly view: () => View
  /** Whether an answer of it tells that a check fails: by its status, or by what it says. */
  readonly tellsFailure: (answer: Answer) => boolean
}
