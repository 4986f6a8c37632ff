import { type Body, bodyOf } from './body.ts'

/** A response in the form that Node sends. */
export interface Reply {
  /** `'text'` where body and headers are ready to be written at once. */
  readonly kind?: 'text' | undefined
  /** The HTTP status. */
  readonly status: number
  /** Names in lower case; several values only for `set-cookie`. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** The whole body where it is available at once, else a stream, which ends with the connection; empty for HEAD. */
  readonly body: Body
}

/** Headers that belong to a connection: Node sets its own. */
const CONNECTION =
  /^(?:connection|content-length|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/

/** What Node refuses in the value of a header, although `Headers` accepts it. */
const ILLEGAL = /[^\t\x20-\x7e\x80-\xff]/

/** @throws Error for a response that Node cannot send; what reading its body throws. */
export async function replyOf(response: Response, method: string): Promise<Reply> {
  const { status, body } = response
  try {
    const headers = headersOf(response)
    if (status < 200) throw new Error(`the status ${status} cannot be sent`)
    if (method !== 'HEAD') return { status, headers, body: await bodyOf(body) }
    void body?.cancel()
    return { status, headers, body: new Uint8Array() }
  } catch (error) {
    if (!body?.locked) void body?.cancel()
    throw error
  }
}

/** @throws Error for a header that Node cannot send. */
function headersOf({ headers }: Response): Reply['headers'] {
  const all: Record<string, string | string[]> = {}
  for (const [name, value] of headers) {
    if (ILLEGAL.test(value)) throw new Error(`the header ${name} cannot be sent`)
    if (!CONNECTION.test(name)) all[name] = value
  }
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) all['set-cookie'] = cookies
  return all
}
