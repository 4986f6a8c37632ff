import { vi } from 'vitest'

/** Parses JSON: a value as a caller passes it who reads options from a file. */
export const fromJson = (json: string) => JSON.parse(json)

/** Returns `value` without its type: as a caller passes it who writes JavaScript. */
export const untyped = (value: unknown) => vi.fn().mockReturnValue(value)()
