import type { Probe } from '@watchman/core'
import { ensure, ensureOptions } from './options.ts'

/** So much of a body is read; the rest is cut off. Bytes. */
const LIMIT = 1024 * 1024

/** Options of `http`. */
export interface HttpOptions {
  /** The method. @default 'GET' */
  readonly method?: string | undefined
  /** Headers of the request. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The status that is well. One from 300 to 399 is not followed. @default any from 200 to 299, redirects followed */
  readonly status?: number | undefined
  /** What the body has to hold within its first MiB, read as UTF-8. @default anything */
  readonly body?: string | RegExp | undefined
}

/**
 * Asks for `url` and looks at the status, and at the body if it is to hold something.
 *
 * @throws WatchmanError `INVALID_OPTION` for a URL that is not `http:` or `https:`, or that holds a password, and for
 * options that cannot work.
 * @example
 * services({ payments: http('https://payments.example/health', { body: /"status":"UP"/ }) })
 */
export function http(url: string | URL, options: HttpOptions = {}): Probe {
  const address = toAddress(url)
  ensureOptions('http', options, {
    method: ['a method', (value) => typeof value === 'string' && /^[A-Z]+$/.test(value)],
    headers: ['names and values that HTTP allows', isHeaders],
    status: ['a status from 200 to 599', (value) => Number.isInteger(value) && /^[2-5]..$/.test(`${value}`)],
    body: ['a text or a regular expression', (value) => typeof value === 'string' || value instanceof RegExp],
  })
  const { method = 'GET', headers = {}, status, body } = options
  const redirect = status !== undefined && status >= 300 && status < 400 ? 'manual' : 'follow'

  return async (signal) => {
    const response = await fetch(address, { method, headers, redirect, signal })
    const text = await read(response)
    const isRight = status === undefined ? response.ok : response.status === status
    if (!isRight) throw new Error(`answered ${response.status}, not ${status ?? 'from 200 to 299'}`)
    if (body === undefined) return
    const isThere = typeof body === 'string' ? text.includes(body) : text.search(body) !== -1
    if (!isThere) throw new Error(`answered ${response.status}, but its body does not hold ${body}`)
  }
}

/** Reads the start of a body, so that its connection can be used again where that was all. */
async function read({ body }: Response): Promise<string> {
  if (!body) return ''
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    size += value.length
    text += decoder.decode(value, { stream: true })
    if (size < LIMIT) continue
    await reader.cancel()
    return text
  }
}

function toAddress(url: unknown): URL {
  const address = URL.canParse(`${url}`) ? new URL(`${url}`) : undefined
  const isHttp = /^https?:$/.test(address?.protocol ?? '')
  ensure(isHttp, 'http(…) wants a URL that begins with http: or https:')
  // What fetch would refuse with every request.
  ensure(
    !address?.username && !address?.password,
    'http(…) wants no user and password in its URL: use headers',
  )
  return address ?? new URL('http://localhost')
}

function isHeaders(value: unknown): boolean {
  try {
    return new Headers(Object(value)) instanceof Headers && typeof value === 'object'
  } catch {
    return false
  }
}
