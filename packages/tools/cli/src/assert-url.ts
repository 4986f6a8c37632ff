import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'

/** The user, the password, the host and the port of a URL; and its path, query and fragment. */
const PARTS = /^[^/?#]*:\/\/([^/?#]*)(.*)$/s

/** A host and a port. */
const HOST = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/

/**
 * Continues unless a character of the password in `value`, the URL in `variable`, ends the host: clients would connect to
 * another host, and some make Node print the URL.
 *
 * @throws Failure that names the variable and never its value.
 */
export function assertUrl(variable: string, value: string): void {
  const [, authority = '', rest = ''] = PARTS.exec(value) ?? []
  if (authority === '' || /[@,]/.test(authority)) return // a path, a user, or a list of servers
  const beforeAt = rest.slice(0, rest.indexOf('@') + 1)
  // A path and a query may contain an @; a fragment means nothing to a server.
  const endsEarly = beforeAt.includes('#') || (beforeAt !== '' && !HOST.test(authority))
  if (!endsEarly) return
  throw failure(
    exitCode.configuration,
    `${variable} must be a URL whose user and password are percent-encoded: # as %23, / as %2F, ? as %3F, @ as %40`,
  )
}
