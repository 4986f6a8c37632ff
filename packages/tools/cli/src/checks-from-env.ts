import { caches } from '@watchman/cache'
import type { Check, CheckOptions, Probe } from '@watchman/core'
import { databases } from '@watchman/db'
import { email } from '@watchman/email'
import { storage } from '@watchman/storage'
import type { Backend, CheckKind } from './backend.ts'
import type { CommandContext } from './command-context.ts'
import type { Service } from './drivers/driver.ts'
import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'
import { backends } from './generated/backends.ts'
import { openBackend } from './open-backend.ts'
import { type Environment, listOf, read } from './variables.ts'
import { withVariableName } from './with-variable-name.ts'

/** Checks, and the function that closes their clients. */
export interface OpenedChecks {
  readonly checks: readonly Check[]
  /** Closes the clients. Never rejects. */
  readonly close: () => Promise<unknown>
}

type Probes = Readonly<Record<string, Probe>>

const kinds: Readonly<Record<CheckKind, (probes: Probes, options: CheckOptions) => Check>> = {
  databases,
  caches,
  email: (probes, options) => email(targetsOf(probes), options),
  storage: (probes, options) => storage(targetsOf(probes), options),
}

/** A backend that a variable of the environment names. */
interface NamedBackend {
  readonly backend: Backend
  readonly variable: string
  readonly value: string
  readonly target: string
}

/**
 * Opens the backends that the environment names. Only the clients that they need are loaded.
 *
 * @throws Failure that names a variable whose value cannot work, and says what is right.
 */
export async function checksFromEnv(context: CommandContext): Promise<OpenedChecks> {
  const { environment } = context
  const disabled = disabledKinds(environment)
  const named = backends.flatMap((backend) =>
    disabled.has(backend.kind) ? [] : namedBackends(environment, backend),
  )
  assertUniqueTargets(named)
  const timeout = read(environment, 'WATCHMAN_TIMEOUT')

  const opened: (NamedBackend & Service)[] = []
  const close = () => Promise.allSettled(opened.map(async (service) => service.close()))
  try {
    for (const one of named) {
      opened.push({ ...one, ...(await openBackend(one.variable, one.value, one.backend, context)) })
    }
    const checks = await withVariableName('WATCHMAN_TIMEOUT', () => {
      const options = timeout === undefined ? {} : { timeout: Number(timeout) }
      return Object.entries(kinds).flatMap(([kind, make]) => {
        const own = opened.filter(({ backend }) => backend.kind === kind)
        const probes = Object.fromEntries(own.map(({ target, probe }) => [target, probe]))
        return own.length > 0 ? make(probes, options) : []
      })
    })
    return { checks, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The backends of the variable itself and of its further ones, `VARIABLE_NAME`. */
function namedBackends(environment: Environment, backend: Backend): NamedBackend[] {
  const prefix = `${backend.variable}_`
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!value) return []
    if (variable === backend.variable) return { backend, variable, value, target: backend.target }
    const target = variable.startsWith(prefix) ? variable.slice(prefix.length).toLowerCase() : ''
    return target ? { backend, variable, value, target } : []
  })
}

/** A single probe without a name is the check itself: `{"email":{"ok":true}}`. */
function targetsOf(probes: Probes): Probe | Probes {
  const { default: single, ...others } = probes
  return single && Object.keys(others).length === 0 ? single : probes
}

function disabledKinds(environment: Environment): ReadonlySet<string> {
  const names = listOf(read(environment, 'WATCHMAN_DISABLE') ?? '').map((name) =>
    name.replace(/^watchman\.checks\./, ''),
  )
  const known = Object.keys(kinds)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw failure(
      exitCode.configuration,
      `WATCHMAN_DISABLE must contain only ${known.join(', ')}, not ${unknown}`,
    )
  }
  return new Set(names)
}

function assertUniqueTargets(named: readonly NamedBackend[]): void {
  for (const { backend, target, variable } of named) {
    const other = named.find(
      (one) => one.variable !== variable && one.backend.kind === backend.kind && one.target === target,
    )
    if (other) {
      const message = `${variable} and ${other.variable} both name ${backend.kind}.${target}: rename one`
      throw failure(exitCode.configuration, message)
    }
  }
}
