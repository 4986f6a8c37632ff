import { type Check, type CheckOptions, defineCheck } from '@watchman/core'
import { assertClient, hasMembers, integerFrom, validateValue } from '@watchman/core/driver'

/** The members of a client of acme-client that are used. */ // @client
/** The members of a client that are used. */ // @alone
export interface AcmeClient {
  // TODO: declare the members of the real client that you use.
  /** Resolves to the number of waiting jobs. */
  waiting(options: { readonly signal: AbortSignal }): Promise<number>
}

/** The limit, and the options of every check. */
export interface AcmeOptions extends CheckOptions {
  /** The number of jobs that may wait; the check fails with more. @default 1000 */
  readonly limit?: number | undefined
}

/**
 * Makes the check `acme`, which counts the waiting jobs: `{"acme":{"ok":true,"waiting":3}}`.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but such a client, and for options that cannot work.
 * @example
 * createWatchman({ checks: [acme(client, { limit: 500 })] })
 */
export function acme(client: AcmeClient, options: AcmeOptions = {}): Check {
  const { limit = 1000, ...checkOptions } = options
  assertClient(
    'acme',
    client,
    'a client with the method waiting',
    hasMembers(client, { waiting: 'function' }),
  )
  validateValue('acme', 'limit', limit, integerFrom(0))

  return defineCheck(
    'acme',
    async (_request, { signal }) => {
      // TODO: ask what your check is about, and decide when that is a failure.
      const waiting = await client.waiting({ signal })
      if (waiting <= limit) return { acme: { ok: true, waiting } }
      return { acme: { ok: false, error: `${waiting} jobs wait, more than ${limit}`, waiting } }
    },
    { ttl: 1000, ...checkOptions },
  )
}
