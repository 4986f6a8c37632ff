import { randomUUID } from 'node:crypto'
import { type Probe, WatchmanError } from '@watchman/core'

/** What each call is given. */
export interface AcmeCall {
  /** Gives the call up when it aborts. */
  readonly signal: AbortSignal
}

/** What is used of a client of acme-client. */ // @client
/** What is used of a client. */ // @alone
export interface AcmeClient {
  // TODO: name the members that you use of the real client.
  write(name: string, content: string, call: AcmeCall): Promise<unknown>
  read(name: string, call: AcmeCall): Promise<string | undefined>
  remove(name: string, call: AcmeCall): Promise<unknown>
}

/** Milliseconds that the removal after a failure may take. */
const CLEANUP = 1000

/**
 * Writes a file of its own with random content, reads and compares it, and removes it, also after a failure.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no such client.
 * @example
 * storage({ uploads: acme(client) })
 */
export function acme(client: AcmeClient): Probe {
  const { write, read, remove }: Partial<AcmeClient> = Object(client)
  if (![write, read, remove].every((member) => typeof member === 'function')) {
    throw new WatchmanError(
      'INVALID_OPTION',
      'acme(client) wants a client that has write(), read() and remove()',
    )
  }
  const leftBehind: string[] = []

  return async (signal) => {
    // One that could not be removed is used again, so that failures do not pile up.
    const name = leftBehind.pop() ?? `watchman-${randomUUID()}.txt`
    const content = randomUUID()
    try {
      // TODO: write, read and remove as the real client does.
      await client.write(name, content, { signal })
      const found = await client.read(name, { signal })
      if (found !== content) throw new Error('read back other content than was written')
      await client.remove(name, { signal })
    } catch (error) {
      client.remove(name, { signal: AbortSignal.timeout(CLEANUP) }).catch(() => leftBehind.push(name))
      throw error
    }
  }
}
