import { caches } from '@watchman/cache'
import type { Check, CheckPolicy, Probe } from '@watchman/core'
import { databases } from '@watchman/db'
import { email } from '@watchman/email'
import { storage } from '@watchman/storage'
import { type Backend, backends, type Kind } from './backends.ts'
import { blaming } from './blaming.ts'
import type { Place, Service } from './drivers/driver.ts'
import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'
import { openBackend } from './open-backend.ts'
import { type Environment, listOf, read } from './variables.ts'

/** Checks, and what gives back the clients they ask through. */
export interface OpenedChecks {
  readonly checks: readonly Check[]
  /** Closes the clients. Never rejects. */
  readonly close: () => Promise<unknown>
}

type Probes = Readonly<Record<string, Probe>>

const kinds: Readonly<Record<Kind, (probes: Probes, policy: CheckPolicy) => Check>> = {
  databases,
  caches,
  email: (probes, policy) => email(soleOf(probes), policy),
  storage: (probes, policy) => storage(soleOf(probes), policy),
}

/** A backend that the environment names. */
interface Named {
  readonly backend: Backend
  readonly variable: string
  readonly value: string
  readonly target: string
}

/**
 * Opens the backends that the environment names, through clients that are loaded only for them.
 *
 * @throws Failure that names the variable which cannot work, and what is right.
 */
export async function checksFrom(place: Place): Promise<OpenedChecks> {
  const disabled = disabledIn(place.environment)
  const named = backends.flatMap((backend) =>
    disabled.has(backend.kind) ? [] : namedIn(place.environment, backend),
  )
  ensureUnique(named)
  const timeout = read(place.environment, 'WATCHMAN_TIMEOUT')
  const policy = timeout === undefined ? {} : { timeout: Number(timeout) }

  const opened: (Named & Service)[] = []
  const close = () => Promise.allSettled(opened.map(async (service) => service.close()))
  try {
    for (const one of named) {
      opened.push({ ...one, ...(await openBackend(one.variable, one.value, one.backend, place)) })
    }
    const checks = await blaming('WATCHMAN_TIMEOUT', () =>
      Object.entries(kinds).flatMap(([kind, make]) => {
        const own = opened.filter(({ backend }) => backend.kind === kind)
        const probes = Object.fromEntries(own.map(({ target, probe }) => [target, probe]))
        return own.length > 0 ? make(probes, policy) : []
      }),
    )
    return { checks, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a backend's variable and its further ones, `VARIABLE_NAME`, name. */
function namedIn(environment: Environment, backend: Backend): Named[] {
  const prefix = `${backend.variable}_`
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (!value) return []
    if (variable === backend.variable) return { backend, variable, value, target: backend.target }
    const target = variable.startsWith(prefix) ? variable.slice(prefix.length).toLowerCase() : ''
    return target ? { backend, variable, value, target } : []
  })
}

/** A single one without a name of its own answers as the check itself: `{"email":{"ok":true}}`. */
function soleOf(probes: Probes): Probe | Probes {
  const { default: sole, ...others } = probes
  return sole && Object.keys(others).length === 0 ? sole : probes
}

function disabledIn(environment: Environment): ReadonlySet<string> {
  const names = listOf(read(environment, 'WATCHMAN_DISABLE') ?? '').map((name) =>
    name.replace(/^watchman\.checks\./, ''),
  )
  const known = Object.keys(kinds)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw failure(exitCode.configuration, `WATCHMAN_DISABLE must be of ${known.join(', ')}, not ${unknown}`)
  }
  return new Set(names)
}

function ensureUnique(named: readonly Named[]): void {
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
