/** Draws numbers that depend on nothing but the seed. */
export interface Random {
  /** Returns a number of at least `from` and less than `to`. */
  between(from: number, to: number): number
  /** Returns one of `values`. */
  pick<Value>(values: readonly [Value, ...Value[]]): Value
}

/** Makes a generator: the same seed draws the same numbers. The algorithm is Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0

  /** At least 0 and less than 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    between: (from, to) => from + next() * (to - from),
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  }
}
