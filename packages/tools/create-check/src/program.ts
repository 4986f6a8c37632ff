import { isName, memberOf } from '@watchman/core/driver'
import { Command, InvalidArgumentError } from 'commander'
import { assertAnswers } from './answers.ts'
import { toClient } from './client.ts'
import { assertEmpty, createPackage } from './create-package.ts'
import { exitCode, failure } from './failure.ts'
import { isKind, type KindName, kinds } from './kinds.ts'
import { folderOf } from './names.ts'
import { findPlaceholders } from './placeholders.ts'
import { ask, type PartialInput, type UserInput } from './questions.ts'
import { render } from './render.ts'

/** commander's message for `npm create @watchman/check name --kind plugin`: npm takes the flag and passes on its value. */
const EXCESS = /^too many arguments.*$/m

interface Flags {
  readonly kind?: KindName
  readonly client?: string
  readonly folder?: string
  readonly yes?: boolean
}

/** Runs the command with `parameters`. Resolves to the exit code of the process. Never rejects. */
export async function run(parameters: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const command = describe().action((name: string | undefined, flags: Flags) => create(name, flags, signal))
    await command.parseAsync(parameters, { from: 'user' })
    return 0
  } catch (error) {
    const code = memberOf(error, 'exitCode')
    if (isCommanderError(error)) return code === 0 ? 0 : exitCode.usage
    printError(
      signal.aborted ? 'interrupted: what was written is removed' : `${memberOf(error, 'message') ?? error}`,
    )
    if (signal.aborted) return exitCode.interrupted
    return typeof code === 'number' ? code : exitCode.failing
  }
}

/** commander has printed these already. */
function isCommanderError(error: unknown): boolean {
  const code = memberOf(error, 'code')
  return isName(code) && code.startsWith('commander.')
}

function printError(message: string): void {
  process.stderr.write(`create-check: ${message.trim().replace(/\s*\n\s*/g, ' ')}\n`)
}

function withDashesHint(problem: string): string {
  return `${problem} npm needs -- before flags: npm create @watchman/check name -- --kind plugin`
}

function describe(): Command {
  return new Command('create-check')
    .usage('[name] [options]   (npm create @watchman/check [name] -- [options])')
    .description('Writes a package with a check, a probe, a driver, a plugin or an adapter for Watchman.')
    .argument('[name]', 'the name of the package, with or without a scope')
    .option('-k, --kind <kind>', `the kind of the package: ${Object.keys(kinds).join(', ')}`, toKind)
    .option('-c, --client <package>', 'the package that applications already have: nats, or nats@^2.29.0')
    .option('-f, --folder <path>', 'the folder to write to (default: the name without its scope)')
    .option('-y, --yes', 'do not ask; by default, a check without a client package')
    .exitOverride()
    .configureOutput({
      outputError: (text) => printError(text.replace(/^error: /, '').replace(EXCESS, withDashesHint)),
    })
}

async function create(name: string | undefined, flags: Flags, signal: AbortSignal): Promise<void> {
  const partial: PartialInput = { name, kind: flags.kind, client: flags.client }
  // Flags are validated before the first question.
  if (name !== undefined) {
    assertAnswers({ name, kind: 'check' })
    await assertEmpty(flags.folder ?? folderOf(name))
  }
  const input =
    isComplete(partial) || flags.yes ? withDefaults(partial) : await askOnTerminal(partial, signal)
  const { kind } = input
  // A plugin has no client: npm must not be asked for one.
  assertAnswers({ ...input, client: input.client ? { name: input.client, range: '' } : undefined })
  const client = input.client ? await toClient(input.client, signal) : undefined
  const folder = flags.folder ?? folderOf(input.name)
  const answers = { name: input.name, kind, client }
  await createPackage(answers, { folder, signal })

  const forClient = client ? ` for ${client.name} ${client.range}` : ''
  console.log(`Wrote ${input.name}${forClient} to ${folder}. Try it:`)
  console.log(`  cd ${folder} && npm install && npm test`)
  console.log('Replace the placeholders marked TODO:')
  for (const { path, line, text } of findPlaceholders(render(answers)))
    console.log(`  ${path}:${line} ${text}`)
}

function isComplete({ name, kind, client }: PartialInput): boolean {
  return name !== undefined && kind !== undefined && (client !== undefined || !kinds[kind].client)
}

function withDefaults({ name, kind = 'check', client = '' }: PartialInput): UserInput {
  if (name === undefined)
    throw failure(exitCode.usage, 'the package has no name: create-check my-check --yes')
  return { name, kind, client }
}

function askOnTerminal(partial: PartialInput, signal: AbortSignal): Promise<UserInput> {
  if (process.stdin.isTTY) return ask(partial, signal)
  throw failure(exitCode.usage, 'there is no terminal to ask on: name the package, and add --yes')
}

function toKind(text: string): KindName {
  if (isKind(text)) return text
  throw new InvalidArgumentError(`It must be one of ${Object.keys(kinds).join(', ')}.`)
}
