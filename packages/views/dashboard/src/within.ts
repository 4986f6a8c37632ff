/** What `promise` comes to, or undefined when that takes more than `delay` milliseconds. */
export function within<Value>(promise: Promise<Value>, delay: number): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delay, undefined)
    Object(timer).unref?.() // it keeps no process alive; in a browser it is a number
    promise.finally(() => clearTimeout(timer)).then(resolve, reject)
  })
}
