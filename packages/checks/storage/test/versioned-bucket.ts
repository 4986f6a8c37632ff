import { createServer } from 'node:http'
import { listen } from '@watchman/test-helpers'

/** What happens to a request in place of what it asks for. */
type Fault =
  /** It is answered with this HTTP status and not carried out. */
  | number
  /** Its connection is closed, and it is not carried out. */
  | 'cut'
  /** It is carried out, and its connection is closed in place of an answer. */
  | 'unanswered'
  /** Its connection is closed, and it is carried out a while later. */
  | 'late'

/** How the bucket behaves. */
export interface BucketOptions {
  /** Whether it keeps versions, or did in the past. */
  readonly versioning: 'enabled' | 'suspended'
  /** Returns the fault of a request; undefined for none. `line` is its method and its query: `'DELETE ?versionId=3'`. */
  readonly fault?: (line: string) => Fault | undefined
}

interface Version {
  readonly id: string
  /** Undefined for a delete marker. */
  readonly content?: string
}

/** Milliseconds after which what is late is carried out. */
export const LATENESS = 20

/**
 * Starts a stand-in for a bucket that keeps versions, after the documentation of Amazon S3: s3rver has no versions. A put
 * adds a version, a delete without a version adds a delete marker, and a delete of a version removes it.
 */
export async function startVersionedBucket({ versioning, fault = () => undefined }: BucketOptions) {
  /** The versions of each key, the newest last. */
  const objects = new Map<string, readonly Version[]>()
  const requests: { readonly line: string; readonly path: string; readonly headers: NodeJS.Dict<unknown> }[] =
    []
  let count = 0

  function add(path: string, content?: string): Version {
    count += 1
    const id = versioning === 'enabled' ? String(count) : 'null'
    const version = content === undefined ? { id } : { id, content }
    const others = (objects.get(path) ?? []).filter((other) => other.id !== id) // the version 'null' is replaced
    objects.set(path, [...others, version])
    return version
  }

  function remove(path: string, id: string): void {
    const others = (objects.get(path) ?? []).filter((other) => other.id !== id)
    if (others.length > 0) objects.set(path, others)
    else objects.delete(path)
  }

  /** Carries out a request; returns its status, its headers and its body. */
  function act(method: string, path: string, id: string | null, body: string) {
    const versionOf = ({ id, content }: Version) => ({
      'x-amz-version-id': id,
      ...(content === undefined && { 'x-amz-delete-marker': 'true' }),
    })
    if (method === 'PUT') {
      const version = add(path, body)
      // Without an answer that names the version 'null', the driver must find it out.
      return { status: 200, headers: versioning === 'enabled' ? versionOf(version) : {} }
    }
    if (method === 'DELETE' && id) {
      remove(path, id)
      return { status: 204, headers: { 'x-amz-version-id': id } }
    }
    if (method === 'DELETE') return { status: 204, headers: versionOf(add(path)) }
    const newest = objects.get(path)?.at(-1)
    if (newest?.content === undefined) return { status: 404, headers: newest ? versionOf(newest) : {} }
    return { status: 200, headers: versionOf(newest), body: newest.content }
  }

  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const { pathname: path, searchParams } = new URL(url, 'http://localhost')
    const id = searchParams.get('versionId')
    const line = id ? `${method} ?versionId=${id}` : method
    requests.push({ line, path, headers })
    let body = ''
    for await (const chunk of request) body += chunk
    const injected = fault(line)
    if (typeof injected === 'number') {
      const code = injected === 403 ? 'AccessDenied' : 'InternalError'
      const text = `<Error><Code>${code}</Code><Message>no</Message></Error>`
      response.writeHead(injected, { 'content-type': 'application/xml' })
      response.end(method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>${text}`)
      return
    }
    if (injected === 'late') setTimeout(() => act(method, path, id, body), LATENESS)
    if (injected === 'unanswered') act(method, path, id, body)
    if (injected) {
      request.socket.destroy()
      return
    }
    const { status, headers: answered, body: content = '' } = act(method, path, id, body)
    const length = status === 204 ? {} : { 'content-length': content.length }
    response.writeHead(status, { ...answered, ...length }).end(method === 'HEAD' ? '' : content)
  })

  const { port, close } = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** All versions and delete markers: `'watchman-….txt 3'`. */
    versions: () => [...objects].flatMap(([path, versions]) => versions.map(({ id }) => `${path} ${id}`)),
    close,
  }
}
