import type { Probe } from '@watchman/core'
import { assertOption, integerFrom, isRecord, type Rules, typeTag, validate } from '@watchman/core/driver'

/** How many bytes of a body are read; the rest is cut off. */
const LIMIT = 1024 * 1024

/** Options of `http`. */
export interface HttpOptions {
  /** The method. @default 'GET' */
  readonly method?: string | undefined
  /** Headers of the request. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The expected status. One from 300 to 399 is not followed. @default any from 200 to 299, redirects followed */
  readonly status?: number | undefined
  /** What the first MiB of the body must contain, read as UTF-8. @default anything */
  readonly body?: string | RegExp | undefined
}

const RULES: Rules<HttpOptions> = {
  method: {
    expected: 'an HTTP method in upper case',
    matches: (value) => typeof value === 'string' && /^[A-Z]+$/.test(value),
  },
  headers: { expected: 'an object of names and values that HTTP allows', matches: isHeaders },
  status: { expected: 'a status from 200 to 599', matches: integerFrom(200, 599).matches },
  body: {
    expected: 'a string or a regular expression',
    matches: (value) => typeof value === 'string' || typeTag(value) === 'RegExp',
  },
}

/**
 * Requests `url` and checks the status, and the body where `body` is set.
 *
 * @throws WatchmanError `INVALID_OPTION` for a URL that is not `http:` or `https:`, or that contains a password, and for
 * options that cannot work.
 * @example
 * services({ payments: httpProbe('https://payments.example/health', { body: /"status":"UP"/ }) })
 */
export function httpProbe(url: string | URL, options: HttpOptions = {}): Probe {
  const address = toAddress(url)
  const { method = 'GET', headers = {}, status, body } = validate('httpProbe', options, RULES)
  const redirect = status !== undefined && status >= 300 && status < 400 ? 'manual' : 'follow'

  return async (signal) => {
    const response = await fetch(address, { method, headers, redirect, signal })
    const text = await read(response)
    const isRight = status === undefined ? response.ok : response.status === status
    if (!isRight) throw new Error(`answered ${response.status}, not ${status ?? 'from 200 to 299'}`)
    if (body === undefined) return
    const isFound = typeof body === 'string' ? text.includes(body) : text.search(body) !== -1
    if (!isFound) throw new Error(`answered ${response.status}, but its body does not contain ${body}`)
  }
}

/** Reads the start of a body. The connection is reused if that was all of it. */
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

function toAddress(url: string | URL): URL {
  const address = URL.canParse(`${url}`) ? new URL(`${url}`) : undefined
  assertOption(
    address?.protocol === 'http:' || address?.protocol === 'https:',
    'httpProbe(…) expects a URL that starts with http: or https:',
  )
  const { username, password } = address
  // fetch refuses such a URL.
  assertOption(
    !username && !password,
    'httpProbe(…) expects a URL without user and password: use the option headers',
  )
  return address
}

function isHeaders(value: unknown): boolean {
  if (!isRecord(value)) return false
  try {
    const headers = new Headers()
    for (const [name, one] of Object.entries(value)) headers.append(name, `${one}`)
    return true
  } catch {
    return false
  }
}
