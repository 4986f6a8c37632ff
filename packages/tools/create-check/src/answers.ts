import type { ClientPackage } from './client.ts'
import { exitCode, failure } from './failure.ts'
import { type KindName, kinds } from './kinds.ts'
import { invalidNameReason } from './names.ts'

/** What to generate. */
export interface Answers {
  /** The name of the package, with or without a scope. */
  readonly name: string
  /** The kind of the package. */
  readonly kind: KindName
  /** The package whose clients or apps it works with. @default none */
  readonly client?: ClientPackage | undefined
}

/** @throws Failure for an invalid name, and for a client that the kind cannot have. */
export function assertAnswers({ name, kind, client }: Answers): void {
  const reason = invalidNameReason(name)
  if (reason !== undefined) throw failure(exitCode.usage, reason)
  if (client && kinds[kind].client === undefined) {
    throw failure(exitCode.usage, `a ${kind} has no client: leave --client out`)
  }
  if (client?.name === name) throw failure(exitCode.usage, `${name} cannot be its own client`)
}
