import { createWatchman, defineProbeCheck, type Probe } from '@watchman/core'
import { recordingLogger } from './recording-logger.ts'
import { within } from './within.ts'

/** What users see of a failing probe. */
export interface ProbeReport {
  /** The error in the report; empty if it has none. */
  readonly error: string
  /** The report with stack traces, and the log. */
  readonly all: string
}

/** Runs a probe in a watchman, which adds causes to messages and removes the secrets that it knows. */
export async function reportProbe(probe: Probe, timeout: number): Promise<ProbeReport> {
  const { logger, lines } = recordingLogger()
  const checks = [defineProbeCheck('probe', probe, { timeout })]
  const watchman = createWatchman({ checks, logger, stacktraces: true })
  try {
    const report = await within(watchman.report(), 2 * timeout, 'there was no report')
    return { error: report.results[0]?.error ?? '', all: [JSON.stringify(report), ...lines].join('\n') }
  } finally {
    await watchman.close()
  }
}
