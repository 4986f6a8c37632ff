/** What a value is, of whatever realm: `'Object'`, `'Error'`, `'Response'`, `'Undefined'`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** Whether a value is an error, of whatever realm. */
export function isError(value: unknown): value is Error {
  return /^(Error|DOMException)$/.test(kindOf(value))
}
