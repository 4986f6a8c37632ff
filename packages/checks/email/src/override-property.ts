import { memberOf } from '@watchman/core/driver'

/**
 * Returns a view of `object` with another `value` for `key`. Everything else is read from the object, which may be frozen, and
 * written to it.
 */
export function overrideProperty<Viewed extends object>(
  object: Viewed,
  key: keyof Viewed,
  value: unknown,
): Viewed {
  // A proxy of a frozen object itself would have to return the object's own value.
  const heir: Viewed = Object.create(object)
  return new Proxy(heir, {
    get: (_heir, name) => (name === key ? value : memberOf(object, name)),
    set: (_heir, name, written) => Reflect.set(object, name, written),
  })
}
