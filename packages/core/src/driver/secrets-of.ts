import { isFunction, isName, isObject } from '../options/guards.ts'
import { secrecyOf } from '../report/secret-keys.ts'

/** How deep the options of a client are searched, and how many of their members. */
const MAX_DEPTH = 4
const MAX_MEMBERS = 500

/** Keys of names that errors contain, and that a password may equal: `postgres`. */
const NAME = /^(?:user(?:name)?|db|database|host(?:name)?|server)$/i

/** The user info of a URL, and the rest up to its query. */
const URL_PARTS = /:\/\/(?:([^:@/]*)(?::(.*))?@)?([^@?#]*)/s

/** The parameters in the query of a URL. */
const PARAMETERS = /[?&]([^=&#]{1,60})=([^&#]*)/g

/** What a search has found. */
interface Found {
  readonly secrets: Set<string>
  /** The names that are no secrets. */
  readonly names: Set<string>
  /** The objects that have been searched. */
  readonly seen: Set<object>
  members: number
}

/**
 * Returns the passwords, tokens and keys in the options of a client, for the `secrets` of a probe: values of keys such as
 * `password`, and passwords in URLs and their queries. A password that is also a user, a database or a host is left out, since errors name these.
 * Getters are not called, and functions that return a password neither.
 *
 * @example
 * Object.assign(probe, { secrets: () => secretsOf(client.options) })
 */
export function secretsOf(...options: readonly unknown[]): readonly string[] {
  const found: Found = { secrets: new Set(), names: new Set(), seen: new Set(), members: 0 }
  for (const value of options) search(value, '', MAX_DEPTH, found)
  return [...found.secrets].filter((secret) => !found.names.has(secret))
}

function search(value: unknown, key: string, depth: number, found: Found): void {
  if (typeof value === 'string') readText(value, key, found)
  if (!isRecordOrArray(value) || depth === 0 || found.seen.has(value)) return
  found.seen.add(value)
  // Some clients hide a password from the loops of loggers: the key of a member is not enumerable then.
  for (const name of Object.getOwnPropertyNames(value)) {
    found.members += 1
    if (found.members > MAX_MEMBERS) return
    const member: unknown = Object.getOwnPropertyDescriptor(value, name)?.value
    search(member, Array.isArray(value) ? key : name, depth - 1, found)
  }
}

/** Whether `value` has members that may be options. A buffer would have one for each byte. */
function isRecordOrArray(value: unknown): value is object {
  return isObject(value) && !isFunction(value) && !ArrayBuffer.isView(value)
}

function readText(text: string, key: string, found: Found): void {
  if (!isName(text)) return
  const url = URL_PARTS.exec(text)
  if (url) {
    const [, user = '', password = '', address = ''] = url
    for (const name of [user, ...address.split(/[:/,]/)]) addDecoded(found.names, name)
    addDecoded(found.secrets, password)
    for (const [, name = '', parameter = ''] of text.matchAll(PARAMETERS)) {
      if (secrecyOf(name)) addDecoded(found.secrets, parameter)
    }
  } else if (NAME.test(key)) {
    found.names.add(text)
  } else if (secrecyOf(key) && !/connectionString/i.test(key)) {
    found.secrets.add(text)
    if (/authorization$/i.test(key)) addCredential(found.secrets, text)
  }
}

/** Adds what follows the scheme in an Authorization header, and the password in it. */
function addCredential(secrets: Set<string>, header: string): void {
  const credential = header.slice(header.indexOf(' ') + 1)
  secrets.add(credential)
  if (!/^basic /i.test(header)) return
  try {
    secrets.add(atob(credential).replace(/^[^:]*:/, ''))
  } catch {
    // not base64: the header is wrong, and masked as it is
  }
}

function addDecoded(texts: Set<string>, text: string): void {
  if (!isName(text)) return
  texts.add(text)
  try {
    texts.add(decodeURIComponent(text))
  } catch {
    // not encoded
  }
}
