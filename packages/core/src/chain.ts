/** Goes on with a value: at once where it is there, for a promise costs more than most answers, else when it comes. */
export function chain<Value, Next>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Whether a value is still to come. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof Object(value).then === 'function'
}
