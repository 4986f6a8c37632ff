import { memberOf } from '@watchman/core/driver'
import type { NodemailerOptions } from './nodemailer.ts'

/** The mail that is passed to nodemailer. */
export interface TestMail {
  to: string | string[]
  from: string
  subject: string
  text: string
  headers: Record<string, string>
  signal?: AbortSignal
}

/** Makes the test mail. nodemailer changes some of its members: each run has its own. */
export function toMail({
  to = 'to@example.com',
  from = 'watchman@example.com',
  subject = 'Watchman: health check',
  text = 'This is a health check by Watchman. There is no need to answer.',
  headers = {},
}: NodemailerOptions): TestMail {
  return {
    to: typeof to === 'string' ? to : [...to],
    from,
    subject,
    text,
    headers: { 'X-Watchman': 'true', ...definedEntries(headers) },
  }
}

/** Leaves out headers that are undefined, as from an unset variable. */
function definedEntries(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** @throws Error where the server refused some of the recipients. */
export function assertAccepted(sent: unknown): void {
  const accepted = memberOf(sent, 'accepted')
  const rejected = memberOf(sent, 'rejected')
  if (!Array.isArray(rejected) || rejected.length === 0) return
  const all = rejected.length + (Array.isArray(accepted) ? accepted.length : 0)
  throw new Error(`the mail server refused ${rejected.length} of ${all} recipients`)
}
