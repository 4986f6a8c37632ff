import { randomUUID } from 'node:crypto'
import type { Probe } from '@watchman/core'
import { assertClient, hasMembers } from '@watchman/core/driver'

/** The options of each call. */
export interface AcmeCall {
  /** Aborts the call. */
  readonly signal: AbortSignal
}

/** The members of a client of acme-client that are used. */ // @client
/** The members of a client that are used. */ // @alone
export interface AcmeClient {
  // TODO: declare the members of the real client that you use.
  write(name: string, content: string, call: AcmeCall): Promise<unknown>
  read(name: string, call: AcmeCall): Promise<string | undefined>
  remove(name: string, call: AcmeCall): Promise<unknown>
}

/** Milliseconds that the removal after a failure may take. */
const CLEANUP_TIMEOUT = 1000

/**
 * Writes a file with a unique name and random content, reads and compares it, and removes it, also after a failure.
 *
 * @throws WatchmanError `INVALID_OPTION` for anything but such a client.
 * @example
 * storage({ uploads: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  assertClient(
    'acme',
    client,
    'a client with the methods write, read and remove',
    hasMembers(client, { write: 'function', read: 'function', remove: 'function' }),
  )
  const leftovers: string[] = []

  return async (signal) => {
    // A name that could not be removed is used again, so that failures leave no more than one file.
    const name = leftovers.pop() ?? `watchman-${randomUUID()}.txt`
    const content = randomUUID()
    try {
      // TODO: write, read and remove as the real client does.
      await client.write(name, content, { signal })
      const found = await client.read(name, { signal })
      if (found !== content) throw new Error('read back other content than was written')
      await client.remove(name, { signal })
    } catch (error) {
      client.remove(name, { signal: AbortSignal.timeout(CLEANUP_TIMEOUT) }).catch(() => leftovers.push(name))
      throw error
    }
  }
}
