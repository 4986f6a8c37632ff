import { fail } from 'node:assert/strict'

/** Waits for `promise`, but no longer than so many milliseconds: then `what` has not happened. */
export async function within<Value>(promise: Promise<Value>, patience: number, what: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, patience, 'late')
  })
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), late])
    return first === 'late' ? fail(`${what} within ${patience} ms`) : first.value
  } finally {
    clearTimeout(timer)
  }
}
