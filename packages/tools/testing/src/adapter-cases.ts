import { accessCases } from './access-cases.ts'
import type { AdapterSubject } from './adapter-subject.ts'
import type { Case } from './case.ts'
import { connectionCases } from './connection-cases.ts'
import { methodCases } from './method-cases.ts'
import { mountCases } from './mount-cases.ts'
import { pathCases } from './path-cases.ts'
import { responseCases } from './response-cases.ts'

/**
 * What every adapter promises, as data for any test runner: over a real connection, each response is that of the watchman.
 *
 * @example
 * for (const { name, run } of adapterCases({ mount })) test(name, run)
 */
export function adapterCases(subject: AdapterSubject): readonly Case[] {
  const groups = [pathCases, methodCases, accessCases, responseCases, connectionCases, mountCases]
  return groups.flatMap((cases) => cases(subject))
}
