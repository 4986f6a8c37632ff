/** An error and its causes in words, for the messages of assertions. */
export function wordsOf(error: unknown, depth = 5): string {
  const { message, cause, errors }: Readonly<Record<string, unknown>> = Object(error)
  const inner = depth > 0 ? [errors, cause].flat().filter((one) => one !== undefined) : []
  const own = message === undefined ? String(error) : `${message}`
  return [own, ...inner.map((one) => wordsOf(one, depth - 1))].filter(Boolean).join(': ')
}
