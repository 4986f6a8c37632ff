import { validateHeaderName, validateHeaderValue } from 'node:http'
import { assertOption, describeType } from '@watchman/core/driver'

/** Names of headers and of parameters of a query whose value is a secret. */
const SECRET = /auth|cookie|token|key$|secret|passw|session|signature/i

/**
 * Returns the headers with their names in lower case.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the header that HTTP does not allow, or whose value is not a string.
 */
export function toHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const valid: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const must = `option headers of httpProbe: "${name}" must be`
    assertOption(
      isAllowed(() => validateHeaderName(name)),
      `${must} a name that HTTP allows`,
    )
    const isValue = typeof value === 'string' && isAllowed(() => validateHeaderValue(name, value))
    assertOption(isValue, `${must} a string that HTTP allows, not ${describeType(value)}`)
    valid[name.toLowerCase()] = value
  }
  return valid
}

function isAllowed(assert: () => void): boolean {
  try {
    assert()
    return true
  } catch {
    return false
  }
}

/** Returns what must not be shown of a request: the secrets in its headers and in the query of its URL. */
export function secretsOf(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const values = [...Object.entries(headers), ...url.searchParams]
    .filter(([name]) => SECRET.test(name))
    .map(([, value]) => value)
  return values.flatMap((value) => [value, ...partsOf(value)])
}

/** The secrets in a value: `abc` of `Bearer abc`, the password of `Basic …`, the values of cookies. */
function partsOf(value: string): readonly string[] {
  const [scheme = '', credentials = ''] = value.split(' ')
  if (/^basic$/i.test(scheme)) {
    const [, ...password] = Buffer.from(credentials, 'base64').toString().split(':')
    return [credentials, password.join(':')]
  }
  const cookies = value.split('; ').map((cookie) => cookie.slice(cookie.indexOf('=') + 1))
  return /^[\w-]+$/.test(scheme) ? [value.slice(scheme.length + 1), ...cookies] : cookies
}
