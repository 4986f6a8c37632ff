import { Readable } from 'node:stream'
import { isError } from '@watchman/core/driver'

/** The body of a response: the whole of it, or a stream. */
export type Body = string | Uint8Array | Readable

/** Whether a body is a stream. */
export function isStream(body: Body): body is Readable {
  return typeof body === 'object' && 'pipe' in body
}

/**
 * Reads a body. One that is available at once is returned whole, so that its length can be sent; any other as a stream.
 *
 * @throws what its first read throws.
 */
export async function bodyOf(body: Response['body']): Promise<Body> {
  if (!body) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const first = await reader.read()
  if (first.done) return new Uint8Array()
  const rest = reader.read()
  const next = await Promise.race([rest, new Promise<void>((resolve) => setImmediate(resolve))])
  return next?.done ? first.value : streamOf(reader, [Promise.resolve(first), rest])
}

/** Streams what `reader` has read ahead, and then what it reads. Destroying the stream cancels the reader. */
function streamOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  ahead: Promise<ReadableStreamReadResult<Uint8Array>>[],
): Readable {
  return new Readable({
    async read() {
      try {
        const { done, value } = await (ahead.shift() ?? reader.read())
        this.push(done ? null : value)
      } catch (error) {
        this.destroy(toError(error))
      }
    },
    destroy(error, callback) {
      reader.cancel(error).catch(() => {}) // nothing can be done where that fails
      callback(error)
    },
  })
}

function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(String(thrown))
}
