import type { NormalizedCheck } from '../options/normalize-check.ts'
import { redactText } from './redact-text.ts'

/**
 * Removes secrets from the names of a check and its targets: a URL with a password, used as a name, would appear in results,
 * headers and metrics. Requests and plugins select them by the name that is shown.
 */
export function redactNames({ name, targets, ...check }: NormalizedCheck): NormalizedCheck {
  return {
    ...check,
    name: redactText(name),
    targets: targets.map(({ policy, ...target }) => ({
      ...target,
      name: redactText(target.name),
      policy: {
        ...policy,
        ...(policy.dependsOn !== undefined && { dependsOn: redactText(policy.dependsOn) }),
      },
    })),
  }
}
