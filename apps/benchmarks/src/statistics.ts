/** The middle of `values`; NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

/** Half of what lies between the quartiles, as a share of the median. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  const [lower, upper] = [sorted.slice(0, Math.ceil(half)), sorted.slice(Math.floor(half))]
  return (median(upper) - median(lower)) / 2 / median(values)
}

/** The middle of the ratios of what was measured in the same repetition; NaN where there is none. */
export function ratio(values: ReadonlyMap<number, number>, others: ReadonlyMap<number, number>): number {
  return median(
    [...values].flatMap(([repetition, value]) => {
      const other = others.get(repetition)
      return other === undefined ? [] : [value / other]
    }),
  )
}
