import { MASK } from './mask.ts'

// A URL, up to white space or a quote. Stack traces contain file: URLs, which have no password.
const URLS = /(?<!\bfile):\/\/[^\s"'<>]+/g
/** A password with a quote, which would end the URL. */
const WITH_QUOTE = /:\/\/[^\s"'<>@/:]{0,60}:(?!\d{1,5}["'])[^\s"'<>@/]{0,100}["'][^\s"'<>@,]{0,100}@/g

const ENCODED_URLS = /%3A%2F%2F[^\s"'<>&]+/gi

/** Schemes whose paths may contain an @, as in https://registry.test/@scope/package. */
const WITH_AT_IN_PATH = /(?:https?|wss?|ftps?|git)$/i

/** A host with or without a port, or the user of a URL without a password. An IPv6 address is in brackets. */
const HOST = /^(?:\[[^\]]*\]|[^:@]*)(?::\d{0,5})?$/

/**
 * Removes user names and passwords from the URLs in a text. A password may contain an @ or a slash that is not encoded.
 *
 * @example
 * redactUrls('connecting to redis://me:secret@cache.test:6379') // 'connecting to redis://***@cache.test:6379'
 */
export function redactUrls(text: string): string {
  if (!text.includes('@') && !text.includes('%40')) return text
  return text
    .replace(WITH_QUOTE, `://${MASK}@`)
    .replace(URLS, (url, offset: number) => {
      const end = userInfoEnd(url.slice(3), WITH_AT_IN_PATH.test(text.slice(Math.max(0, offset - 5), offset)))
      return end < 0 ? url : `://${MASK}${url.slice(3 + end)}`
    })
    .replace(ENCODED_URLS, redactEncoded)
}

function redactEncoded(encoded: string): string {
  const url = decode(encoded)
  const redacted = url.includes('@') ? redactUrls(url) : url
  return redacted === url ? encoded : encodeURIComponent(redacted)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/%3A/gi, ':').replace(/%2F/gi, '/').replace(/%40/gi, '@')
  }
}

/** Returns where the @ is that ends the user info of a URL without its scheme; -1 for one without user info. */
function userInfoEnd(url: string, mayHaveAtInPath: boolean): number {
  const authorityEnd = indexOrEnd(url, /[/?#]/)
  const authority = url.slice(0, authorityEnd)
  const at = authority.lastIndexOf('@')
  const isAddress = authority
    .slice(at + 1)
    .split(',')
    .every((host) => HOST.test(host))
  if (!isAddress) return url.lastIndexOf('@')
  if (at < 0) {
    const hasPort = authority.includes(':')
    return hasPort ? userInfoEndOfDigits(url, authorityEnd, mayHaveAtInPath) : -1
  }
  if (mayHaveAtInPath) return at
  const rest = url.slice(at)
  return at + rest.slice(0, indexOrEnd(rest, /[?#]/)).lastIndexOf('@')
}

/** A password of digits looks like a port: app:12#3@host, app:12/3@host. */
function userInfoEndOfDigits(url: string, authorityEnd: number, mayHaveAtInPath: boolean): number {
  if (url[authorityEnd] === '#') return url.lastIndexOf('@')
  return mayHaveAtInPath ? -1 : url.slice(0, indexOrEnd(url, /\?/)).lastIndexOf('@')
}

function indexOrEnd(text: string, pattern: RegExp): number {
  const index = text.search(pattern)
  return index < 0 ? text.length : index
}
