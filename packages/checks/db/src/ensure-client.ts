import { WatchmanError } from '@watchman/core'

/** @throws WatchmanError `INVALID_OPTION` that says what `driver` wants in place of `client`, unless `fits`. */
export function ensureClient(fits: boolean, driver: string, wanted: string, client: unknown): void {
  if (!fits)
    throw new WatchmanError('INVALID_OPTION', `${driver}(…) wants ${wanted}, not ${describe(client)}`)
}

/** Whether `value` is an object with all of these members. */
export function has(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => Object(value)[name] != null)
}

/** Says what a value is and not what it holds: it may be a URL with a password. */
function describe(value: unknown): string {
  if (value == null) return String(value)
  const name = typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value
  return `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`
}
