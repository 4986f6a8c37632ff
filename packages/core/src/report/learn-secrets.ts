import type { NormalizedCheck } from '../options/normalize-check.ts'
import { callSafely } from './call-safely.ts'
import type { Redactor } from './redact.ts'

/** Learns the secrets that the probes of checks know already. */
export function learnSecrets(checks: readonly NormalizedCheck[], redactor: Redactor): void {
  for (const target of checks.flatMap(({ targets }) => targets)) {
    const secrets = target.probe?.secrets
    if (secrets) callSafely(() => redactor.learn(target, secrets()))
  }
}
