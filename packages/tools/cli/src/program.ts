import { isName, memberOf, redactText } from '@watchman/core/driver'
import { Command, InvalidArgumentError, Option } from 'commander'
import { version } from '../package.json'
import type { ProcessContext } from './commands/process-context.ts'
import { exitCode } from './exit-code.ts'
import { failure, messageOf } from './failure.ts'
import { oneLine } from './one-line.ts'
import { parseDuration } from './parse-duration.ts'
import { parseHeader } from './parse-header.ts'

/** Runs the command that `parameters` name. Returns the exit code. Never rejects. */
export async function run(parameters: readonly string[], context: ProcessContext): Promise<number> {
  try {
    let code = 0
    const settle = (result: number) => {
      code = result
    }
    await describe(context, settle).parseAsync(parameters, { from: 'user' })
    return code
  } catch (error) {
    const code = memberOf(error, 'exitCode')
    if (isFromCommander(error)) return code === 0 ? 0 : exitCode.usage
    printError(messageOf(error))
    return typeof code === 'number' ? code : exitCode.failing
  }
}

/** Whether `error` is a CommanderError, which commander has printed already. */
function isFromCommander(error: unknown): boolean {
  const code = memberOf(error, 'code')
  return isName(code) && code.startsWith('commander.')
}

function printError(message: string): void {
  process.stderr.write(`watchman-health: ${oneLine(redactText(message))}\n`)
}

/** Declares the commands. The code of each is loaded when it is called. */
function describe(context: ProcessContext, settle: (code: number) => void): Command {
  const program = new Command('watchman-health')
    .description('Health checks from the command line.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text) => printError(text.replace(/^error: /, '')) })
    .addHelpText('after', CLOSING)

  program
    .command('check')
    .description('run the checks; prints those that are not ok, and exits with 1 if one fails')
    .option('-c, --check <names>', 'only these checks or targets, separated by commas', collect)
    .option('-s, --skip <names>', 'all but these checks or targets, separated by commas', collect)
    .option('-v, --verbose', 'print every target as soon as it finishes')
    .addOption(new Option('--json', 'print the JSON of the endpoint').conflicts('verbose'))
    .addOption(
      new Option('--format <format>', 'print and exit as a plugin of this monitor does')
        .choices(['nagios'])
        .conflicts(['verbose', 'json']),
    )
    .action(async (options) => settle(await (await import('./commands/check.ts')).check(options, context)))

  program
    .command('serve')
    .description('serve the endpoint')
    .option('--port <number>', 'the port to listen on; 0 is any free port', wholeNumber(0, 65_535), 8000)
    .option('--host <address>', 'the address to listen on; 0.0.0.0 for all', '127.0.0.1')
    .option('--base <path>', 'the path of the endpoint', '/watchman')
    .action(async (options) => settle(await (await import('./commands/serve.ts')).serve(options, context)))

  program
    .command('probe')
    .description('request a running endpoint; prints nothing if it is ok, and exits with 1 if it fails')
    .argument('<url>', 'the URL of the endpoint, or that of its /bare or /ping', toUrl)
    .addOption(new Option('--token <token>', 'the token of a protected endpoint').env('WATCHMAN_TOKEN'))
    .option(
      '--timeout <duration>',
      'how long to wait for the response: milliseconds, or like 10s',
      parseDuration,
      10_000,
    )
    .option('--wait <duration>', 'how long to repeat the request until the endpoint is ok', parseDuration)
    .option(
      '-H, --header <header>',
      "a header to send, such as 'Host: app.example'; can be repeated",
      parseHeader,
    )
    .option('--unix-socket <path>', 'the Unix domain socket that the endpoint listens on')
    .action(async (url, options) => settle(await (await import('./commands/probe.ts')).probe(url, options)))

  program
    .command('init')
    .description("write a watchman.config.ts from the project's dependencies")
    .option('-y, --yes', 'do not ask')
    .action(async (options) => settle(await (await import('./commands/init.ts')).init(options, context)))

  return program
}

const CLOSING = `
The checks are those of watchman.config.{ts,mts,js,mjs,cjs,json}, here or in a folder above, or those of the backends
that the environment names: DATABASE_URL, REDIS_URL, MEMCACHED_URL, SMTP_URL, STORAGE_PATH, S3_BUCKET.
Exit codes: 0 everything is ok or degraded, 1 something fails, 2 wrong usage, 3 the configuration cannot be loaded.`

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
    throw failure(exitCode.usage, 'probe expects a URL such as http://127.0.0.1:8000/watchman/')
  }
  return new URL(text)
}
