import { createWatchman, defineProbeCheck } from '@watchman/core'
import { escapeControls } from '@watchman/core/driver'
import { ask } from '@watchman/test-helpers'
import { describe, expect, test } from 'vitest'
import { recordLog } from './record-log.ts'

/** ESC, BEL, CSI of C1, an override of the direction, an isolate, a mark, a zero-width space and a line separator. */
const CONTROLS = '\u001b[31m\u0007\u009b2J\u202etxt\u2066\u200f\u200b\u2028'
const ESCAPED = '\\u001b[31m\\u0007\\u009b2J\\u202etxt\\u2066\\u200f\\u200b\\u2028'

const ANY_CONTROL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u

describe('control characters are escaped', () => {
  test('in each line of the log, and in its fields', async () => {
    const { lines, logger } = recordLog()
    const probe = Object.assign(() => Promise.reject(new Error(`down\n${CONTROLS}`)), {
      setupWarning: () => `no listener ${CONTROLS}`,
    })
    const checks = [defineProbeCheck('caches', { [`name ${CONTROLS}`]: probe })]
    await ask(createWatchman({ checks, logger }), `/?check=caches&check=${encodeURIComponent(CONTROLS)}`)
    expect(lines.map(({ message }) => message)).toEqual([
      expect.stringContaining(`requests selected checks that do not exist: "${ESCAPED}"`),
      `[watchman] caches.name ${ESCAPED}: no listener ${ESCAPED}`,
      `[watchman] caches.name ${ESCAPED} failed: down\\n${ESCAPED}`,
    ])
    for (const { message, details } of lines) {
      const { stack = '', ...fields }: { readonly stack?: string } = details
      for (const text of [message, ...stack.split('\n'), ...Object.values(fields)])
        expect(`${text}`).not.toMatch(ANY_CONTROL)
    }
  })

  test('and nothing else is', () => {
    const text = 'größer 🙂 "quoted" \\n مرحبا שלום 日本'
    expect(escapeControls(text)).toBe(text)
  })
})
