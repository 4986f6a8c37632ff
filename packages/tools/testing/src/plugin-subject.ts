import type { Plugin } from '@watchman/core'
import type { HttpResponse } from './http-request.ts'

/** A plugin under test. Leave out what does not apply; its cases are left out too. */
export interface PluginSubject {
  /** Makes the plugin, with its own state each time. */
  readonly plugin: () => Plugin
  /**
   * A path below the mount at which one of its views answers 200 while all checks succeed: `'dashboard'`. Without it there
   * are only the cases that need no view.
   */
  readonly view?: string | undefined
  /** Whether that view answers without a token. @default false */
  readonly open?: boolean | undefined
  /**
   * Whether a response of that view shows that a check fails, by its status or its text. Leave it out for a view that
   * does not show the selected checks.
   */
  readonly showsFailure?: ((response: HttpResponse) => boolean) | undefined
}
