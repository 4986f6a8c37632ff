import { createWatchman, defineProbeCheck, type Probe } from '@watchman/core'
import { recorder } from './recorder.ts'
import { within } from './within.ts'

/** What the runner makes of a failing probe. */
export interface ToldByRunner {
  /** The error in the report; empty where there is none. */
  readonly error: string
  /** All that is shown: the report with stack traces, and the log. */
  readonly all: string
}

/** Asks a probe through the runner, which cuts out the credentials it knows, and puts causes into words. */
export async function reportOfProbe(probe: Probe, timeout: number): Promise<ToldByRunner> {
  const { logger, lines } = recorder()
  const checks = [defineProbeCheck('probe', probe, { timeout })]
  const watchman = createWatchman({ checks, logger, stacktraces: true })
  const { body, json } = await within(watchman.run(), 2 * timeout, 'there was no report')
  await watchman.close()
  const { error = '' }: { readonly error?: unknown } = Object(body.probe)
  return { error: `${error}`, all: [json, ...lines].join('\n') }
}
