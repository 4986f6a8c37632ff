import { isCancel, select, text } from '@clack/prompts'
import { exitCode, type Failure, failure } from './failure.ts'
import { isKind, type KindName, kinds } from './kinds.ts'
import { invalidNameReason } from './names.ts'

/** What the user has entered, by flags or answers. */
export interface UserInput {
  readonly name: string
  readonly kind: KindName
  /** The client, with or without a range; empty for none. */
  readonly client: string
}

/** What the flags contain, before any question. */
export type PartialInput = { readonly [Member in keyof UserInput]: UserInput[Member] | undefined }

/** Asks on the terminal for what is missing. */
export async function ask(input: PartialInput, signal: AbortSignal): Promise<UserInput> {
  const name = input.name ?? (await askName(signal))
  const kind = input.kind ?? (await askKind(signal))
  const client = input.client ?? (await askClient(kind, signal))
  return { name, kind, client }
}

async function askName(signal: AbortSignal): Promise<string> {
  const message = 'What is the name of the package?'
  const validate = (value = '') => invalidNameReason(value)
  const answer = await text({ message, placeholder: 'watchman-nats', validate, signal })
  if (isCancel(answer)) throw cancelled()
  return answer
}

async function askKind(signal: AbortSignal): Promise<KindName> {
  const options = Object.keys(kinds)
    .filter(isKind)
    .map((value) => ({ value, label: `${value} (${kinds[value].label})` }))
  const answer = await select({ message: 'What should it contain?', options, signal })
  if (isCancel(answer)) throw cancelled()
  return answer
}

async function askClient(kind: KindName, signal: AbortSignal): Promise<string> {
  const { client } = kinds[kind]
  if (client === undefined) return ''
  const message = `Which package contains ${client}? Leave it empty for none.`
  const answer = await text({ message, defaultValue: '', signal })
  if (isCancel(answer)) throw cancelled()
  return answer.trim()
}

function cancelled(): Failure {
  return failure(exitCode.interrupted, 'cancelled: nothing was written')
}
