/** Makes the function that works something out with its first call: what Node loads for it is not loaded at import. */
export function once<Value>(work: () => Value): () => Value {
  let done: { readonly value: Value } | undefined
  return () => {
    done ??= { value: work() }
    return done.value
  }
}
