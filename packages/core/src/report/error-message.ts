import { memberOf } from '../options/guards.ts'
import { isError } from './is-error.ts'

/** Stands for an error whose message cannot be read. */
const UNREADABLE = 'unreadable error'

/** How many causes deep a message goes, and how many messages it joins. An `AggregateError` may have thousands. */
const MAX_DEPTH = 5
const MAX_MESSAGES = 20

/**
 * Returns the message of an error and its causes: `cannot connect: connect ECONNREFUSED 127.0.0.1:6379`.
 *
 * @throws what reading the error throws.
 */
export function errorMessage(thrown: unknown): string {
  const messages: string[] = []
  collectMessages(thrown, MAX_DEPTH, messages)
  return messages.reduce((text, message) => (text.includes(message) ? text : `${text}: ${message}`))
}

/** Adds the message of an error and of its causes to `messages`. */
function collectMessages(thrown: unknown, depth: number, messages: string[]): void {
  const own = memberOf(thrown, 'message')
  const causes = depth > 0 ? causesOf(thrown) : []
  if (own) messages.push(`${own}`)
  else if (causes.length === 0) messages.push(withoutMessage(thrown)) // an AggregateError may have no message
  for (const cause of causes) {
    if (messages.length >= MAX_MESSAGES) return
    collectMessages(cause, depth - 1, messages)
  }
}

function causesOf(thrown: unknown): readonly unknown[] {
  const errors = memberOf(thrown, 'errors')
  const all = [...(Array.isArray(errors) ? errors.slice(0, MAX_MESSAGES) : []), memberOf(thrown, 'cause')]
  return all.filter(isError)
}

function withoutMessage(thrown: unknown): string {
  const name = memberOf(thrown, 'code') || memberOf(thrown, 'name')
  return `${name || `failed with ${String(thrown)}`}`
}

/** As `errorMessage`, but returns a placeholder for an error that cannot be read. */
export function safeErrorMessage(thrown: unknown): string {
  try {
    return errorMessage(thrown)
  } catch {
    return UNREADABLE
  }
}

/** Makes an error of whatever was thrown. Never throws. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(safeErrorMessage(thrown))
}

/** The stack trace of an error; undefined for one without, or one that cannot be read. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const stack = memberOf(thrown, 'stack')
    return typeof stack === 'string' ? stack : undefined
  } catch {
    return undefined
  }
}
