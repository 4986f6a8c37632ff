/** A test file that does not exist yet. */
export interface TestFile {
  /** Writes it; fails when a file of its name is there. */
  write(content: string): Promise<unknown>
  /** How many bytes the storage says it has. */
  size(): Promise<number | undefined>
  read(): Promise<string | undefined>
  /** Removes it, after the round trip. */
  remove(): Promise<unknown>
  /** Removes what there may be of it, after a failure, when `signal` of the round trip may have aborted. */
  discard(): Promise<unknown>
}

/**
 * Writes a test file of its own name, checks its size, reads and compares it, and removes it, whatever happens. When
 * `signal` aborts it says at once which step has not ended; the error's `until` resolves when that step has and the file
 * is gone. `id` makes the name and the content.
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
      await file.discard().catch(() => {}) // the first failure is the one to tell
      throw error
    }
  }

  return new Promise((resolve, reject) => {
    const until = steps()
    const giveUp = () => {
      const error = new Error(`no answer to ${step} yet`, { cause: signal.reason })
      reject(Object.assign(error, { until }))
    }
    signal.addEventListener('abort', giveUp)
    until.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
