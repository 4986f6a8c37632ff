import type { Client } from './client.ts'
import { exitCode, failure } from './failure.ts'
import { type KindName, kinds } from './kinds.ts'
import { faultOfName } from './names.ts'

/** What is to be made. */
export interface Answers {
  /** The name of the package, with or without a scope. */
  readonly name: string
  /** What it is. */
  readonly kind: KindName
  /** The package whose clients or apps it works with. @default none */
  readonly client?: Client | undefined
}

/** @throws Failure for answers of which nothing can be made. */
export function ensureAnswers({ name, kind, client }: Answers): void {
  const fault = faultOfName(name)
  if (fault !== undefined) throw failure(exitCode.usage, fault)
  if (client && kinds[kind].client === undefined) {
    throw failure(exitCode.usage, `a ${kind} has no client: leave --client out`)
  }
  if (client?.name === name) throw failure(exitCode.usage, `${name} cannot be its own client`)
}
