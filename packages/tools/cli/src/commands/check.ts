import type { Check, CheckFunction, CheckResult, Report } from '@watchman/core'
import { type Configuration, loadConfiguration } from '../configuration.ts'
import { exitCode } from '../exit-code.ts'
import { failure } from '../failure.ts'
import { linesOf } from '../result-lines.ts'
import type { Context } from './context.ts'

/** Options of the command `check`. */
export interface CheckOptions {
  /** Names of the checks to run. @default all */
  readonly check?: readonly string[]
  /** Names of checks to leave out. @default none */
  readonly skip?: readonly string[]
  /** Whether what is well is printed too, and each as it ends. @default false */
  readonly verbose?: boolean
  /** Whether the JSON of the endpoint is printed in place of lines. @default false */
  readonly json?: boolean
}

/** Runs the checks without a server. Returns what the process is to end with. */
export async function check(options: CheckOptions, context: Context): Promise<number> {
  const configuration = await loadConfiguration(context)
  context.onEnd(configuration.close)
  const watchman = configuration.create()
  context.onEnd(watchman.close)
  const queries = queriesOf(configuration, options)
  const spinner = await startSpinner(options, queries)

  const reports = await Promise.all(
    queries.map(async (query) => {
      const report = await watchman.run(new Request(`http://localhost/?${query}`))
      for (const line of options.json ? [report.json] : report.results.flatMap(linesFor(options))) {
        process.stdout.write(`${line}\n`)
      }
      spinner.end(query)
      return report
    }),
  )
  if (context.interrupted.aborted) return context.interrupted.reason
  if (reports.some(({ status }) => status === 404)) throw noneLeft()
  return reports.some(isFailing) ? exitCode.failing : 0
}

function isFailing({ state }: Report): boolean {
  return state === 'failing'
}

function linesFor({ verbose }: CheckOptions): (result: CheckResult) => readonly string[] {
  return (result) => linesOf(result, verbose ? () => true : ({ state }) => state !== 'ok')
}

/** The queries that select the checks: one a check, so that each is heard of as it ends, where the checks are known. */
function queriesOf(
  configuration: Configuration,
  { check = [], skip = [], json }: CheckOptions,
): readonly string[] {
  if (configuration.watchman) return [queryOf(check, skip)]
  const checks = (configuration.options.checks ?? []).map(namesOf)
  const known = checks.flat()
  const unknown = [...check, ...skip].find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const right = checks.map(([name]) => name).join(', ')
    throw failure(exitCode.usage, `there is no check ${unknown}: there is ${right}`)
  }
  const isIn = (list: readonly string[]) => (names: readonly string[]) =>
    names.some((name) => list.includes(name))
  const selected = checks.filter((names) => (check.length === 0 || isIn(check)(names)) && !isIn(skip)(names))
  if (selected.length === 0) throw noneLeft()
  const queries = selected.map(([name = '']) => queryOf([name], []))
  return json ? [queries.join('&')] : queries
}

function namesOf(check: Check | CheckFunction): readonly string[] {
  return [check.name, ...('aliases' in check ? (check.aliases ?? []) : [])]
}

function queryOf(check: readonly string[], skip: readonly string[]): string {
  const pairs = [...check.map((name) => ['check', name]), ...skip.map((name) => ['skip', name])]
  return new URLSearchParams(pairs).toString()
}

function noneLeft(): Error {
  return failure(exitCode.usage, 'no check is left to run')
}

/** Shows on a terminal what is still running. */
async function startSpinner({ verbose, json }: CheckOptions, queries: readonly string[]) {
  if (!verbose || json || !process.stderr.isTTY) return { end() {} }
  const { default: yoctoSpinner } = await import('yocto-spinner')
  const running = new Set(queries)
  const text = () =>
    [...running].map((query) => new URLSearchParams(query).get('check') ?? 'checks').join(', ')
  const spinner = yoctoSpinner({ text: text(), handleSignals: false }).start()
  return {
    end(query: string) {
      running.delete(query)
      spinner.text = text()
      if (running.size === 0) spinner.stop()
    },
  }
}
