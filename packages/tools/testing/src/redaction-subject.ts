import type { Awaitable } from '@watchman/core'
import type { SecretText } from './secret-texts.ts'

/** What is tested with texts that contain secrets. */
export interface RedactionSubject {
  /**
   * Returns all that is shown of a failure with this message: a plugin's page, what it sends, or the log of a logger.
   *
   * @default the report and the log of a watchman
   */
  readonly show?: ((message: string) => Awaitable<string>) | undefined
  /** Texts with a secret. @default secretTexts */
  readonly secretTexts?: readonly SecretText[] | undefined
  /** Texts without one. @default harmlessTexts */
  readonly harmlessTexts?: readonly string[] | undefined
}
