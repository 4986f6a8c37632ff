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
 * Writes a test file of its own name, checks its size, reads and compares it, and removes it, whatever happens. Ends
 * early when `signal` aborts, but not before the step under way has ended and the file is gone. `id` makes the name and
 * the content.
 */
export async function roundTrip(
  open: (name: string) => TestFile,
  signal: AbortSignal,
  id: string = crypto.randomUUID(),
): Promise<void> {
  signal.throwIfAborted()
  const file = open(`watchman-${id}.txt`)
  const content = `Test file of a health check: ${id}\n`
  try {
    await file.write(content)
    signal.throwIfAborted()
    const size = await file.size()
    if (size !== content.length)
      throw new Error(`wrote ${content.length} bytes, but the file has ${size ?? 'none'}`)
    signal.throwIfAborted()
    if ((await file.read()) !== content) throw new Error('read something else than what was written')
    signal.throwIfAborted()
    await file.remove()
  } catch (error) {
    await file.discard().catch(() => {}) // the first failure is the one to tell
    throw signal.aborted ? signal.reason : error
  }
}
