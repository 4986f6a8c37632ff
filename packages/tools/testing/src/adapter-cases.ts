import { accessCases } from './access-cases.ts'
import type { Case } from './case.ts'
import { connectionCases } from './connection-cases.ts'
import { methodCases } from './method-cases.ts'
import { mountCases } from './mount-cases.ts'
import { pathCases } from './path-cases.ts'
import type { AdapterSubject } from './subject.ts'

/**
 * What holds for every adapter, as data for any test runner.
 *
 * @example
 * for (const { name, run } of adapterCases({ mount })) test(name, run)
 */
export function adapterCases(subject: AdapterSubject): readonly Case[] {
  const kinds = [pathCases, methodCases, accessCases, connectionCases, mountCases]
  return kinds.flatMap((cases) => cases(subject))
}
