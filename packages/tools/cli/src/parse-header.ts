import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'

/** Headers by their names. */
type Headers = Readonly<Record<string, string>>

const HEADER = /^([\w!#$%&'*+.^`|~-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/

/**
 * Adds a header such as `Host: app.example` to those before it.
 *
 * @throws Failure that does not show the text, which may contain a secret.
 */
export function parseHeader(text: string, before: Headers = {}): Headers {
  const [, name, value = ''] = HEADER.exec(text) ?? []
  if (name === undefined) throw failure(exitCode.usage, "option --header must be like 'Name: value'")
  return { ...before, [name]: value }
}
