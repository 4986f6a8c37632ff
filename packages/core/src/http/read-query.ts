import type { Selection } from '../types/plugin.ts'

/** Returns what `?check=` and `?skip=` select; undefined where the query has neither. */
export function readSelection(search: string): Selection | undefined {
  if (search.length < 2) return undefined
  const query = new URLSearchParams(search)
  const check = query.has('check') ? query.getAll('check') : undefined
  const skip = query.has('skip') ? query.getAll('skip') : undefined
  return check || skip ? { check, skip } : undefined
}
