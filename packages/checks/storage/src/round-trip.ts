import { settlesLater } from '@watchman/core/driver'

/** A test file that does not exist yet. */
export interface TestFile {
  /** Writes it. Fails when a file of that name exists. */
  write(content: string): Promise<unknown>
  /** Its size in bytes, as the storage reports it. */
  size(): Promise<number | undefined>
  read(): Promise<string | undefined>
  /** Removes it, after the round trip. */
  remove(): Promise<unknown>
  /** Removes it after a failure, if it exists. The `signal` of the round trip may have aborted. */
  discard(): Promise<unknown>
}

/**
 * Writes a test file with a unique name, checks its size, reads and compares it, and removes it, also after a failure. When
 * `signal` aborts it rejects at once with an error that names the pending step; the next run starts when that step has
 * ended and the file is removed. The name and the content are made of `id`.
 *
 * @throws Error of the step that failed.
 */
export async function roundTrip(
  open: (name: string) => TestFile,
  signal: AbortSignal,
  id: string = crypto.randomUUID(),
): Promise<void> {
  signal.throwIfAborted()
  let step: keyof TestFile = 'write'
  const file = open(`watchman-${id}.txt`)
  const content = `Test file of a health check: ${id}\n`

  const next = (name: keyof TestFile) => {
    signal.throwIfAborted()
    step = name
  }
  async function steps(): Promise<void> {
    try {
      next('write')
      await file.write(content)
      next('size')
      const size = await file.size()
      if (size !== content.length)
        throw new Error(`wrote ${content.length} bytes, but the file has ${size ?? 'none'}`)
      next('read')
      if ((await file.read()) !== content) throw new Error('read something else than what was written')
      next('remove')
      await file.remove()
    } catch (error) {
      await file.discard().catch(() => {}) // the first failure is the one to report
      throw error
    }
  }

  return new Promise((resolve, reject) => {
    const settled = steps()
    const giveUp = () =>
      reject(settlesLater(new Error(`no answer to ${step} yet`, { cause: signal.reason }), settled))
    signal.addEventListener('abort', giveUp)
    settled.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
