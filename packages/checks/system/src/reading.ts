/** Measured values, and whether they are within their limits. */
export interface Reading {
  readonly ok: boolean
  readonly [measure: string]: number | boolean | string
}

/** Makes a reading. It is ok unless there are errors, which name the limits that are exceeded. */
export function toReading(
  measures: Readonly<Record<string, number>>,
  errors: readonly (string | false)[],
): Reading {
  const error = errors.filter(Boolean).join(', ')
  return error ? { ok: false, error, ...measures } : { ok: true, ...measures }
}

/** Formats a share: `0.9234` is `92 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
