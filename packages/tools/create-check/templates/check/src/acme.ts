import { type Check, type CheckPolicy, defineCheck, WatchmanError } from '@watchman/core'

/** What is used of a client of acme-client. */ // @client
/** What is used of a client. */ // @alone
export interface AcmeClient {
  // TODO: name the members that you use of the real client.
  /** How many jobs wait. */
  waiting(options: { readonly signal: AbortSignal }): Promise<number>
}

/** How many may wait, and how the check is treated. */
export interface AcmeOptions extends CheckPolicy {
  /** So many jobs may wait; with more the check fails. @default 1000 */
  readonly limit?: number | undefined
}

/**
 * Makes the check `acme`, which counts the jobs that wait: `{"acme":{"ok":true,"waiting":3}}`.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no such client, and for options that cannot work.
 * @example
 * createWatchman({ checks: [acme(client, { limit: 500 })] })
 */
export function acme(client: AcmeClient, options: AcmeOptions = {}): Check {
  const { waiting: member }: Partial<AcmeClient> = Object(client)
  const { limit = 1000, ...policy } = options
  ensure(typeof member === 'function', 'acme(client) wants a client that has waiting()')
  ensure(Number.isInteger(limit) && limit >= 0, 'option limit of acme(…) must be a whole number from 0')

  return defineCheck(
    'acme',
    async (_request, { signal }) => {
      // TODO: ask what your check is about, and say when that is a failure.
      const waiting = await client.waiting({ signal })
      if (waiting <= limit) return { acme: { ok: true, waiting } }
      return { acme: { ok: false, error: `${waiting} jobs wait, more than ${limit}`, waiting } }
    },
    { ttl: 1000, ...policy },
  )
}

function ensure(condition: boolean, message: string): void {
  if (!condition) throw new WatchmanError('INVALID_OPTION', message)
}
