import { createServer, request } from 'node:http'
import type { Address } from '@watchman/fault-matrix'
import { freePort } from '@watchman/servers'

const HOST = '127.0.0.1'

/** A path at which the proxy never answers. */
export const SILENT_PATH = '/silent'

/** An error of an object storage. */
export interface S3Error {
  readonly status: number
  readonly code: string
  readonly message: string
  /** Further elements of its XML. */
  readonly details?: string
}

/** A response of something else, such as a gateway. */
export interface Page {
  readonly status: number
  readonly html: string
}

/** A proxy to an object storage that responds to some requests itself. At first it forwards everything. */
export interface S3FaultProxy extends Address {
  /** Responds with this from now on, to requests of `method`, or to all. */
  respondWith(response: S3Error | Page, method?: string): void
  /** Adds this version to the answers to PUT, as a bucket that keeps versions does. */
  addVersion(version: string): void
  /** Forwards everything again. */
  pass(): void
  close(): Promise<unknown>
}

/** Starts a proxy to the object storage at `target`. */
export async function startS3FaultProxy(target: Address): Promise<S3FaultProxy> {
  const port = await freePort()
  const state: {
    response?: S3Error | Page | undefined
    method?: string | undefined
    version?: string | undefined
  } = {}

  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    if (url === SILENT_PATH) return
    const { response } = state
    if (response && (state.method ?? method) === method) {
      incoming.resume()
      outgoing.writeHead(response.status, {
        'content-type': 'html' in response ? 'text/html' : 'application/xml',
      })
      outgoing.end(method === 'HEAD' ? '' : render(response))
      return
    }
    const forwarded = request({ ...target, method, path: url, headers }, (answer) => {
      const version = method === 'PUT' && state.version ? { 'x-amz-version-id': state.version } : {}
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...version })
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })

  await new Promise<void>((resolve) => server.listen(port, HOST, resolve))
  return {
    host: HOST,
    port,
    respondWith(response, method) {
      Object.assign(state, { response, method })
    },
    addVersion(version) {
      Object.assign(state, { version })
    },
    pass() {
      Object.assign(state, { response: undefined, version: undefined })
    },
    close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      return closed
    },
  }
}

function render(response: S3Error | Page): string {
  if ('html' in response) return response.html
  const { code, message, details = '' } = response
  const text = `<Error><Code>${code}</Code><Message>${message}</Message>${details}</Error>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`
}
