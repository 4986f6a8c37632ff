import { assertOption, describeType, type Rule } from '@watchman/core/driver'

/**
 * Continues if `rule` accepts `value`, an argument of a probe.
 *
 * @throws WatchmanError `INVALID_OPTION` that names the probe, what it expects, and the type of what it was given.
 */
export function assertArgument(probe: string, value: unknown, { expected, matches }: Rule): void {
  assertOption(matches(value), `${probe}(…) expects ${expected}, not ${describeType(value)}`)
}
