import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { version } from '../package.json'
import type { Context } from './commands/context.ts'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { mask } from './mask.ts'
import { oneLine } from './one-line.ts'

/** Runs the command that `parameters` name. Returns what the process is to end with. Never rejects. */
export async function run(parameters: readonly string[], context: Context): Promise<number> {
  try {
    let code = 0
    const settle = (result: number) => {
      code = result
    }
    await describe(context, settle).parseAsync(parameters, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
    complain(messageOf(error))
    return Object(error).exitCode ?? exitCode.failing
  }
}

function complain(message: string): void {
  process.stderr.write(`watchman: ${oneLine(mask(message))}\n`)
}

/** What there is; each command is loaded only when it is called. */
function describe(context: Context, settle: (code: number) => void): Command {
  const program = new Command('watchman')
    .description('Health checks from the command line.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text) => complain(text.replace(/^error: /, '')) })
    .addHelpText('after', CLOSING)

  program
    .command('check')
    .description('run the checks; prints those that are not well, and ends with 1 when one fails')
    .option('-c, --check <names>', 'only these, with commas or several times', collect)
    .option('-s, --skip <names>', 'all but these, with commas or several times', collect)
    .option('-v, --verbose', 'print each as it ends')
    .addOption(new Option('--json', 'print the JSON of the endpoint').conflicts('verbose'))
    .action(async (options) => settle(await (await import('./commands/check.ts')).check(options, context)))

  program
    .command('serve')
    .description('serve the endpoint')
    .option('--port <number>', 'where it listens; 0 is any that is free', wholeNumber(0, 65_535), 8000)
    .option('--host <address>', 'the address it listens on; 0.0.0.0 for all', '127.0.0.1')
    .option('--base <path>', 'the path of the endpoint', '/watchman')
    .action(async (options) => settle(await (await import('./commands/serve.ts')).serve(options, context)))

  program
    .command('probe')
    .description('ask a running endpoint; prints nothing when it is well, and ends with 1 when it is not')
    .argument('<url>', 'its URL, or that of its /bare or /ping', toUrl)
    .addOption(new Option('--token <token>', 'opens an endpoint that asks for one').env('WATCHMAN_TOKEN'))
    .option('--timeout <milliseconds>', 'how long an answer may take', wholeNumber(1, 2 ** 31 - 1), 10_000)
    .action(async (url, options) => settle(await (await import('./commands/probe.ts')).probe(url, options)))

  program
    .command('init')
    .description("write a watchman.config.ts from the project's dependencies")
    .option('-y, --yes', 'do not ask')
    .action(async (options) => settle(await (await import('./commands/init.ts')).init(options, context)))

  return program
}

const CLOSING = `
The checks are those of watchman.config.{ts,mts,js,mjs,cjs,json}, here or in a folder above, or those that the
environment names: DATABASE_URL, REDIS_URL, MEMCACHED_URL, SMTP_URL, STORAGE_PATH, S3_BUCKET.
Ends with 0 when all is well or degraded, 1 when something fails, 2 when it is called wrongly, 3 when the configuration
cannot be loaded.`

function collect(value: string, before: readonly string[] = []): readonly string[] {
  const names = value.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('A name is empty.')
  return [...before, ...names]
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= low && number <= high) return number
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }
}

function toUrl(text: string): URL {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw failure(exitCode.usage, 'probe wants a URL such as http://127.0.0.1:8000/watchman/')
  }
  return new URL(text)
}
