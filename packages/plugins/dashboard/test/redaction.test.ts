import { createWatchman, defineProbeCheck } from '@watchman/core'
import { redactionCases } from '@watchman/testing'
import { describe, test } from 'vitest'
import { dashboard } from '../src/index.ts'

/** The page of a target that fails with this message, and of one that returns it: in a name, as a key and as a value. */
async function show(message: string): Promise<string> {
  const failing = async () => {
    throw new Error(message)
  }
  const watchman = createWatchman({
    checks: [
      defineProbeCheck('databases', { [message]: failing }),
      { name: 'notes', run: () => ({ notes: { ok: true, [message]: message } }) },
    ],
    plugins: [dashboard()],
    stacktraces: true,
  })
  await watchman.report()
  const response = await watchman.fetch(new Request('http://status.test/dashboard'))
  const page = await response.text()
  await watchman.close()
  return page
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

describe('the dashboard', () => {
  for (const { name, run } of redactionCases({ show })) test(name, run)
})
