import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { ensureAnswers } from './answers.ts'
import { toClient } from './client.ts'
import { createPackage, ensureEmpty } from './create-package.ts'
import { exitCode, failure } from './failure.ts'
import { inventionsIn } from './inventions.ts'
import { isKind, type KindName, kinds } from './kinds.ts'
import { folderOf } from './names.ts'
import { ask, type Given, type Typed } from './questions.ts'
import { render } from './render.ts'

/** What npm makes of `npm create @watchman/check name --kind view`: it keeps the flag, and hands over its value. */
const EXCESS = /^too many arguments.*$/m

interface Flags {
  readonly kind?: KindName
  readonly client?: string
  readonly folder?: string
  readonly yes?: boolean
}

/** Runs the command with `parameters`. Returns what the process is to end with. Never rejects. */
export async function run(parameters: readonly string[], signal: AbortSignal): Promise<number> {
  try {
    const command = describe().action((name: string | undefined, flags: Flags) => create(name, flags, signal))
    await command.parseAsync(parameters, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
    const { message = error, exitCode: code = exitCode.failing } = Object(error)
    complain(signal.aborted ? 'interrupted: nothing is left of it' : `${message}`)
    return signal.aborted ? exitCode.interrupted : code
  }
}

function complain(message: string): void {
  process.stderr.write(`create-check: ${message.trim().replace(/\s*\n\s*/g, ' ')}\n`)
}

function withDashes(problem: string): string {
  return `${problem} Is the -- missing that npm wants before flags? npm create @watchman/check name -- --kind view`
}

function describe(): Command {
  return new Command('create-check')
    .usage('[name] [options]   (npm create @watchman/check [name] -- [options])')
    .description('Writes a package with a check, a probe, a driver, a view or an adapter for Watchman.')
    .argument('[name]', 'what the package is called, with or without a scope')
    .option('-k, --kind <kind>', `what is in it: ${Object.keys(kinds).join(', ')}`, toKind)
    .option('-c, --client <package>', 'the package that applications have: nats, or nats@^2.29.0')
    .option('-f, --folder <path>', 'where it is written (default: the name without its scope)')
    .option('-y, --yes', 'do not ask: a check without a client package where nothing else is said')
    .exitOverride()
    .configureOutput({
      outputError: (text) => complain(text.replace(/^error: /, '').replace(EXCESS, withDashes)),
    })
}

async function create(name: string | undefined, flags: Flags, signal: AbortSignal): Promise<void> {
  const given: Given = { name, kind: flags.kind, client: flags.client }
  // What is wrong already is told before anything is asked.
  if (name !== undefined) {
    ensureAnswers({ name, kind: 'check' })
    await ensureEmpty(flags.folder ?? folderOf(name))
  }
  const answered = isComplete(given) || flags.yes ? withDefaults(given) : await askHere(given, signal)
  const { kind, client: typed } = answered
  // That a view has no client is told before npm is asked for one.
  ensureAnswers({ ...answered, client: typed ? { name: typed, range: '' } : undefined })
  const client = typed ? await toClient(typed, signal) : undefined
  const folder = flags.folder ?? folderOf(answered.name)
  const answers = { name: answered.name, kind, client }
  await createPackage(answers, { folder, signal })

  const forClient = client ? ` for ${client.name} ${client.range}` : ''
  console.log(`Wrote ${answered.name}${forClient} to ${folder}. Look at it:`)
  console.log(`  cd ${folder} && npm install && npm test`)
  console.log('What is made up, so that it runs, is yours to write:')
  for (const { path, line, text } of inventionsIn(render(answers))) console.log(`  ${path}:${line} ${text}`)
}

function isComplete({ name, kind, client }: Given): boolean {
  return name !== undefined && kind !== undefined && (client !== undefined || !kinds[kind].client)
}

function withDefaults({ name, kind = 'check', client = '' }: Given): Typed {
  if (name === undefined)
    throw failure(exitCode.usage, 'the package has no name: create-check my-check --yes')
  return { name, kind, client }
}

function askHere(given: Given, signal: AbortSignal): Promise<Typed> {
  if (process.stdin.isTTY) return ask(given, signal)
  throw failure(exitCode.usage, 'there is no terminal to ask on: name the package, and add --yes')
}

function toKind(text: string): KindName {
  if (isKind(text)) return text
  throw new InvalidArgumentError(`It must be one of ${Object.keys(kinds).join(', ')}.`)
}
