import type { Case } from './case.ts'
import { probeAbortCases } from './probe-abort-cases.ts'
import { probeLeftoverCases } from './probe-leftover-cases.ts'
import { probeProcessCases } from './probe-process-cases.ts'
import { probeResultCases } from './probe-result-cases.ts'
import type { ProbeSubject } from './probe-subject.ts'

/**
 * What every probe promises, as data for any test runner. The cases share the subject: run them one after another, each with
 * more time than three times its `patience`.
 *
 * @example
 * for (const { name, run } of probeCases({ up, down, hung })) test(name, run, 30_000)
 */
export function probeCases(subject: ProbeSubject): readonly Case[] {
  const groups = [probeResultCases, probeAbortCases, probeLeftoverCases, probeProcessCases]
  return groups.flatMap((cases) => cases(subject))
}
