import type { Check } from './contract.ts'

/** The query of a URL, with its question mark; empty where there is none. */
export function searchOf(url: string): string {
  return url.includes('?') ? url.replace(/^[^?#]*|#.*/g, '') : ''
}

/** The path of a URL. Where a client names no host, Bun's URLs begin with it. */
export function pathOf(url: string): string {
  return url.replace(/^[^/?#]*:\/\/[^/?#]*|[?#].*$/g, '')
}

/** All names of a check. */
export function namesOf({ name, aliases = [] }: Pick<Check, 'name' | 'aliases'>): readonly string[] {
  return [name, ...aliases]
}

/** The checks which `?check=` and `?skip=` of a query leave; `checks` itself where there is neither. */
export function select<Named extends Pick<Check, 'name' | 'aliases'>>(
  checks: readonly Named[],
  search: string,
): readonly Named[] {
  if (!search) return checks
  const query = new URLSearchParams(search)
  if (!query.has('check') && !query.has('skip')) return checks
  return checks.filter((check) => {
    const isIn = (key: string) => namesOf(check).some((name) => query.has(key, name))
    return (isIn('check') || !query.has('check')) && !isIn('skip')
  })
}
