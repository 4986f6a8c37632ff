/** Limits how many runs are in progress. */
export interface ConcurrencyLimit {
  /** Takes a slot. False where none is free. */
  take(): boolean
  /** Waits in line for a slot. */
  wait(): { readonly slot: Promise<true>; readonly leave: () => void }
  /** Gives a slot back: the first in line gets it. */
  release(): void
}

export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  let taken = 0
  const line = new Set<(slot: true) => void>()

  function release(): void {
    const [first] = line
    if (!first) {
      taken -= 1
      return
    }
    line.delete(first)
    first(true)
  }

  return {
    take() {
      if (taken === max) return false
      taken += 1
      return true
    },
    wait() {
      let enter = (_: true) => {}
      const slot = new Promise<true>((resolve) => {
        enter = resolve
        line.add(enter)
      })
      const leave = () => {
        if (!line.delete(enter)) release() // the slot was given to it in the meantime
      }
      return { slot, leave }
    },
    release,
  }
}
