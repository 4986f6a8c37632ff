/** A test file that does not exist yet. Each step may be abandoned when `signal` aborts. */
export interface TestFile {
  /** Writes it. Fails when a file of that name exists. */
  write(content: string, signal: AbortSignal): Promise<unknown>
  /** Its size in bytes, as the storage reports it. */
  size(signal: AbortSignal): Promise<number | undefined>
  read(signal: AbortSignal): Promise<string | undefined>
  /** Removes it, after the round trip. */
  remove(signal: AbortSignal): Promise<unknown>
  /** Removes what a round trip that failed may have left, if anything. */
  discard(signal: AbortSignal): Promise<unknown>
  /** Whether it may appear after it was removed, because a write may be carried out late. @default false */
  mayReappear?(): boolean
  /** Returns the error that says what it waits for, when a run gives up for `reason`; undefined if unknown. */
  pending?(reason: unknown): Error | undefined
}

/** Milliseconds that removing the test file may take after a failure. */
const DISCARD_TIMEOUT = 5000

/** The same after an abort: the next run, which waits for it, removes what is left. */
const DISCARD_AFTER_ABORT = 1000

/** What a round trip waits for. */
type Step = 'write' | 'size' | 'read' | 'remove'

/** A test file and what it will contain. */
interface Trip {
  readonly file: TestFile
  readonly content: string
}

/**
 * Makes a function that writes a test file with a unique name, checks its size, reads and compares it, and removes it, also
 * after a failure. It makes one round trip at a time: a call waits until the previous round trip has ended, which includes its
 * pending step and the removal of its file. So a disk that hangs blocks one thread, however often it is checked. A call whose
 * `signal` aborts rejects at once with an error that names the pending step.
 *
 * After a failure the next round trip uses the same name, and starts by removing what was left.
 *
 * @throws Error of the step that failed.
 * @example
 * const makeRoundTrip = createRoundTrips((name) => openTestFile(join(folder, name)))
 * await makeRoundTrip(AbortSignal.timeout(5000))
 */
export function createRoundTrips(open: (name: string) => TestFile): (signal: AbortSignal) => Promise<void> {
  /** Calls that wait for the round trip that is running, in their order. */
  const waiting = new Set<() => Promise<void>>()
  let running: Trip | undefined
  /** The one that is running or has failed, or whose file may reappear: its file may exist. */
  let unfinished: Trip | undefined
  let step: Step = 'write'

  function openTrip(): Trip {
    const id = crypto.randomUUID()
    const content = `Test file of a health check: ${id}\n`
    return { file: open(`watchman-${id}.txt`), content }
  }

  async function makeTrip(trip: Trip, signal: AbortSignal): Promise<void> {
    const { file, content } = trip
    const next = (name: Step) => {
      signal.throwIfAborted()
      step = name
    }
    if (trip === unfinished) {
      next('remove')
      await file.discard(signal)
    }
    unfinished = trip
    try {
      next('write')
      await file.write(content, signal)
      next('size')
      const size = await file.size(signal)
      if (size !== content.length)
        throw new Error(`wrote ${content.length} bytes, but the file has ${size ?? 'none'}`)
      next('read')
      if ((await file.read(signal)) !== content) throw new Error('read something else than what was written')
      next('remove')
      await file.remove(signal)
      if (!file.mayReappear?.()) unfinished = undefined
    } catch (error) {
      const limit = AbortSignal.timeout(signal.aborted ? DISCARD_AFTER_ABORT : DISCARD_TIMEOUT)
      await file.discard(limit).catch(() => {}) // the first failure is the one to report
      throw error
    }
  }

  function errorOf(reason: unknown): Error {
    return running?.file.pending?.(reason) ?? new Error(`no answer to ${step} yet`, { cause: reason })
  }

  return (signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const start = async () => {
        try {
          running = unfinished ?? openTrip()
          await makeTrip(running, signal)
          resolve()
        } catch (error) {
          reject(error)
        }
        signal.removeEventListener('abort', giveUp)
        running = undefined
        const [startNext] = waiting
        if (startNext) waiting.delete(startNext)
        void startNext?.()
      }
      const giveUp = () => {
        waiting.delete(start)
        reject(errorOf(signal.reason))
      }
      signal.addEventListener('abort', giveUp, { once: true })
      if (running) waiting.add(start)
      else void start()
    })
}
