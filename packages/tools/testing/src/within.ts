import { fail } from 'node:assert/strict'

/** Waits for `promise`. Fails with `message` when that takes longer than `timeLimit` milliseconds. */
export async function within<Value>(
  promise: Promise<Value>,
  timeLimit: number,
  message: string,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeLimit, 'late')
  })
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), late])
    return first === 'late' ? fail(`${message} within ${timeLimit} ms`) : first.value
  } finally {
    clearTimeout(timer)
  }
}
