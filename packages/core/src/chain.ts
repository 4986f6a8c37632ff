/** Goes on with a value: at once where it is there, for a promise costs more than most answers, else when it comes. */
export function chain<Value, Next>(
  value: Value | Promise<Value>,
  next: (value: Value) => Next | Promise<Next>,
): Next | Promise<Next> {
  return value instanceof Promise ? value.then(next) : next(value)
}
