import { type Group, isWatchmanError, type Report, type TargetResult, type Watchman } from '@watchman/core'
import { escapeControls, redactText } from '@watchman/core/driver'
import { loadConfiguration } from '../configuration.ts'
import { exitCode } from '../exit-code.ts'
import { failure, messageOf } from '../failure.ts'
import { nagiosCode, nagiosError, nagiosText } from '../nagios.ts'
import { oneLine } from '../one-line.ts'
import { lineOf } from '../result-lines.ts'
import type { ProcessContext } from './process-context.ts'

/** Options of the command `check`. */
export interface CheckOptions {
  /** Names of the checks and targets to run, such as `databases.orders`. @default all */
  readonly check?: readonly string[]
  /** Names of checks and targets to leave out. @default none */
  readonly skip?: readonly string[]
  /** Whether healthy targets are printed too. @default false */
  readonly verbose?: boolean
  /** Whether the JSON of the endpoint is printed in place of lines. @default false */
  readonly json?: boolean
  /** `nagios` prints and exits as a plugin of Nagios does. @default lines, or JSON with `json` */
  readonly format?: 'nagios'
}

/** Runs the checks without a server. Returns the exit code. */
export async function check(options: CheckOptions, context: ProcessContext): Promise<number> {
  return options.format === 'nagios' ? checkForNagios(options, context) : checkForPeople(options, context)
}

async function checkForNagios(options: CheckOptions, context: ProcessContext): Promise<number> {
  try {
    const { group } = await prepare(options, context)
    const report = await group.report()
    process.stdout.write(`${nagiosText(report)}\n`)
    return context.interrupted.aborted ? context.interrupted.reason : nagiosCode[report.state]
  } catch (error) {
    process.stdout.write(`${nagiosError(redactText(messageOf(error)))}\n`)
    return nagiosCode.pending
  }
}

async function checkForPeople(options: CheckOptions, context: ProcessContext): Promise<number> {
  const { watchman, group, targets } = await prepare(options, context)
  const reports = options.json ? [await printJson(group)] : await printLines(watchman, targets, options)
  if (context.interrupted.aborted) return context.interrupted.reason
  return reports.every(isHealthy) ? 0 : exitCode.failing
}

/** Loads the configuration, and selects what to check. */
async function prepare(options: CheckOptions, context: ProcessContext) {
  const configuration = await loadConfiguration(context)
  context.onEnd(configuration.close)
  const watchman = configuration.create()
  context.onEnd(watchman.close)
  const group = select(watchman, options)
  return { watchman, group, targets: targetsOf(group) }
}

/** @throws Failure for a name that does not exist. */
function select(watchman: Watchman, { check, skip }: CheckOptions): Group {
  try {
    return watchman.select({ check, skip })
  } catch (error) {
    if (!isWatchmanError(error)) throw error
    const message = messageOf(error).replace(
      /^watchman selects "(.*)", which does not exist/,
      'there is no check $1',
    )
    throw failure(exitCode.usage, message)
  }
}

/**
 * Returns the ids of the targets of a group, without running any.
 *
 * @throws Failure where there is none.
 */
function targetsOf(group: Group): readonly string[] {
  const { results, body } = group.snapshot()
  if (results.length > 0) return results.map(({ id }) => id)
  if (body.error === 404) throw failure(exitCode.usage, 'no check is left to run')
  throw failure(exitCode.failing, 'the Watchman instance of the configuration is closed')
}

function isHealthy({ state }: Report): boolean {
  return state === 'ok' || state === 'degraded'
}

async function printJson(group: Group): Promise<Report> {
  const report = await group.report()
  process.stdout.write(`${escapeControls(JSON.stringify(report.body))}\n`) // JSON leaves C1 and bidirectional controls
  return report
}

/** Runs each target by itself, so that its line is printed as soon as it finishes. */
async function printLines(
  watchman: Watchman,
  targets: readonly string[],
  { verbose = false }: CheckOptions,
): Promise<readonly Report[]> {
  const isShown = ({ state }: TargetResult) => verbose || state !== 'ok'
  const spinner = await startSpinner(verbose, targets)
  return Promise.all(
    targets.map(async (id) => {
      const report = await watchman.select({ check: [id] }).report()
      for (const result of report.results.filter(isShown)) process.stdout.write(`${lineOf(result)}\n`)
      spinner.end(id)
      return report
    }),
  )
}

/** Shows the targets that are still running, if stderr is a terminal. */
async function startSpinner(verbose: boolean, targets: readonly string[]) {
  if (!verbose || !process.stderr.isTTY) return { end() {} }
  const { default: yoctoSpinner } = await import('yocto-spinner')
  const running = new Set(targets)
  const text = () => oneLine([...running].join(', '))
  const spinner = yoctoSpinner({ text: text(), handleSignals: false }).start()
  return {
    end(id: string) {
      running.delete(id)
      spinner.text = text()
      if (running.size === 0) spinner.stop()
    },
  }
}
