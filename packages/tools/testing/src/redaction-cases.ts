import { fail } from 'node:assert/strict'
import { createWatchman, defineProbeCheck } from '@watchman/core'
import { assertNoSecret } from './assert-messages.ts'
import type { Case } from './case.ts'
import { harmlessTexts } from './harmless-texts.ts'
import { recordingLogger } from './recording-logger.ts'
import type { RedactionSubject } from './redaction-subject.ts'
import { secretTexts } from './secret-texts.ts'

/**
 * Which secrets are not shown, and which texts are shown whole, as data for any test runner.
 *
 * @example
 * const own = secretTexts.concat({ text: 'crm://app:hunter2@crm', secret: 'app:hunter2', shown: 'crm://***@crm' })
 * for (const { name, run } of redactionCases({ secretTexts: own })) test(name, run)
 */
export function redactionCases({
  show = showInReportAndLog,
  secretTexts: secret = secretTexts,
  harmlessTexts: harmless = harmlessTexts,
}: RedactionSubject = {}): readonly Case[] {
  return [
    ...secret.map((one) => ({
      name: `the secret is removed, and the rest is shown: ${JSON.stringify(one.text)}`,
      async run() {
        const shown = await show(one.text)
        assertNoSecret(shown, [one.secret])
        if (!shown.includes(one.shown)) fail(`instead of ${one.shown} this is shown: ${shown}`)
      },
    })),
    ...harmless.map((text) => ({
      name: `nothing is removed: ${JSON.stringify(text)}`,
      async run() {
        const shown = await show(text)
        if (!shown.includes(text)) fail(`instead of ${text} this is shown: ${shown}`)
      },
    })),
  ]
}

/** The error of a failing target, what a check returned, and the log, one below the other. */
async function showInReportAndLog(message: string): Promise<string> {
  const { logger, lines } = recordingLogger()
  const failing = defineProbeCheck('failing', () => Promise.reject(new Error(message)))
  const returning = { name: 'returning', run: () => ({ returning: { ok: true, note: message } }) }
  const watchman = createWatchman({ checks: [failing, returning], logger })
  const { results, body } = await watchman.report()
  await watchman.close()
  return [results[0]?.error, JSON.stringify(body), ...lines].join('\n')
}
