/** What was measured, and whether it is within its limits. */
export interface Reading {
  readonly ok: boolean
  readonly [measure: string]: number | boolean | string
}

/** A reading that is ok unless a limit is passed, which `error` then says. */
export function toReading(
  measures: Readonly<Record<string, number>>,
  errors: readonly (string | false)[],
): Reading {
  const error = errors.filter(Boolean).join(', ')
  return error ? { ok: false, error, ...measures } : { ok: true, ...measures }
}

/** `0.9234` as `92 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
