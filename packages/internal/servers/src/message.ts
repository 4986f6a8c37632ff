/** A message as a mail server received it. */
export interface Message {
  /** The sender of the envelope; empty for a bounce. */
  readonly from: string
  /** The recipients of the envelope. */
  readonly to: readonly string[]
  /** The header lines as they came. */
  readonly headers: string
  /** What follows the empty line, as it came. */
  readonly body: string
}

/** Whether `value`, which came from another process, is a message. */
export function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' && value !== null && 'from' in value && 'headers' in value && 'body' in value
  )
}
