import { dkimWarning, type SigningTransporter } from './dkim-warning.ts'
import type { NodemailerOptions } from './nodemailer.ts'

/** Returns a warning about options without effect, an address that nobody reads, and DKIM keys that cannot sign. */
export function setupWarning(
  transporter: SigningTransporter,
  options: NodemailerOptions,
): string | undefined {
  const warnings = [optionsWarning(options), dkimWarning(transporter)]
  return warnings.filter((warning) => warning !== undefined).join('; ') || undefined
}

function optionsWarning({ mode, to, from, subject, text, headers }: NodemailerOptions): string | undefined {
  if (mode === 'send') {
    if (to !== undefined) return undefined
    return 'the test mail is sent to to@example.com, which nobody reads: set the option to, or leave out the mode to send nothing'
  }
  const unused = Object.entries({ to, from, subject, text, headers }).filter(
    ([, value]) => value !== undefined,
  )
  if (unused.length === 0) return undefined
  const names = unused.map(([name]) => name).join(', ')
  return `the mode 'verify' sends no mail and does not use ${names}: ${to === undefined ? 'set the option to' : "use the mode 'send'"} to send one`
}
