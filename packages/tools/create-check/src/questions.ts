import { isCancel, select, text } from '@clack/prompts'
import { exitCode, type Failure, failure } from './failure.ts'
import { isKind, type KindName, kinds } from './kinds.ts'
import { faultOfName } from './names.ts'

/** What is known before anything is asked. */
export type Given = { readonly [Member in keyof Typed]: Typed[Member] | undefined }

/** What was typed, in flags or answers. */
export interface Typed {
  readonly name: string
  readonly kind: KindName
  /** The client, with or without a range; empty for none. */
  readonly client: string
}

/** Asks on the terminal for what is not given. */
export async function ask(given: Given, signal: AbortSignal): Promise<Typed> {
  const name = given.name ?? (await askName(signal))
  const kind = given.kind ?? (await askKind(signal))
  const client = given.client ?? (await askClient(kind, signal))
  return { name, kind, client }
}

async function askName(signal: AbortSignal): Promise<string> {
  const message = 'What is the package called?'
  const validate = (value = '') => faultOfName(value)
  const answer = await text({ message, placeholder: 'watchman-nats', validate, signal })
  if (isCancel(answer)) throw cancelled()
  return answer
}

async function askKind(signal: AbortSignal): Promise<KindName> {
  const options = Object.keys(kinds)
    .filter(isKind)
    .map((value) => ({ value, label: `${value} (${kinds[value].label})` }))
  const answer = await select({ message: 'What is in it?', options, signal })
  if (isCancel(answer)) throw cancelled()
  return answer
}

async function askClient(kind: KindName, signal: AbortSignal): Promise<string> {
  const { client } = kinds[kind]
  if (client === undefined) return ''
  const message = `Which package has ${client}? Leave it empty for none.`
  const answer = await text({ message, defaultValue: '', signal })
  if (isCancel(answer)) throw cancelled()
  return answer.trim()
}

function cancelled(): Failure {
  return failure(exitCode.interrupted, 'given up: nothing was written')
}
