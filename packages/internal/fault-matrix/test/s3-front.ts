import { createServer, request } from 'node:http'
import type { Address } from '@watchman/fault-matrix'
import { freePort } from '@watchman/servers'

const HOST = '127.0.0.1'

/** What an object storage answers in place of what it was asked for. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  /** What else its XML holds. */
  readonly details?: string
}

/** What something else answers in its place. */
export interface Page {
  readonly status: number
  readonly html: string
}

/** Lies before an object storage. At first it passes everything on. */
export interface S3Front extends Address {
  /** Answers so from now on, to requests of `method`, or to all. */
  refuse(refusal: Refusal | Page, method?: string): void
  /** Passes everything on again. */
  pass(): void
  stop(): Promise<unknown>
}

/** Starts one before the object storage at `target`. */
export async function startS3Front(target: Address): Promise<S3Front> {
  const port = await freePort()
  const state: { refusal?: Refusal | Page | undefined; method?: string | undefined } = {}

  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const { refusal } = state
    if (refusal && (state.method ?? method) === method) {
      incoming.resume()
      outgoing.writeHead(refusal.status, {
        'content-type': 'html' in refusal ? 'text/html' : 'application/xml',
      })
      outgoing.end(method === 'HEAD' ? '' : render(refusal))
      return
    }
    const passed = request({ ...target, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })

  await new Promise<void>((resolve) => server.listen(port, HOST, resolve))
  return {
    host: HOST,
    port,
    refuse(refusal, method) {
      Object.assign(state, { refusal, method })
    },
    pass() {
      Object.assign(state, { refusal: undefined })
    },
    stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      return closed
    },
  }
}

function render(refusal: Refusal | Page): string {
  if ('html' in refusal) return refusal.html
  const { code, message, details = '' } = refusal
  const text = `<Error><Code>${code}</Code><Message>${message}</Message>${details}</Error>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`
}
