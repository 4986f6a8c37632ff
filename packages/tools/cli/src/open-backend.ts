import { assertUrl } from './assert-url.ts'
import type { Backend } from './backend.ts'
import type { CommandContext } from './command-context.ts'
import type { BackendDriver, Service } from './drivers/driver.ts'
import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'
import { withVariableName } from './with-variable-name.ts'

/**
 * Opens the backend that `value` of `variable` names.
 *
 * @throws Failure for a scheme without a driver, for a password that is not percent-encoded, and for a client that is not installed: with the command that installs it.
 */
export async function openBackend(
  variable: string,
  value: string,
  backend: Backend,
  context: CommandContext,
): Promise<Service> {
  const drivers = driversFor(variable, value, backend)
  for (const driver of drivers) {
    const service = await withVariableName(variable, () => driver.open(value, context))
    if (service) return service
  }
  const [{ client } = { client: '' }] = drivers
  throw failure(
    exitCode.configuration,
    `${variable} needs the package ${client}, which is not installed: npm install ${client}`,
  )
}

function driversFor(variable: string, value: string, { drivers }: Backend): readonly BackendDriver[] {
  if (isList(drivers)) return drivers
  const [scheme = ''] = /^[a-z][a-z\d+.-]*(?=:)/i.exec(value) ?? []
  const found = new Map(Object.entries(drivers)).get(scheme.toLowerCase())
  if (found) {
    assertUrl(variable, value)
    return found
  }
  const right = Object.keys(drivers).map((one) => `${one}:`)
  const isUrl = value.startsWith(`${scheme}://`) // else the part before the colon may be a secret
  throw failure(
    exitCode.configuration,
    `${variable} must be a URL that begins with ${right.join(', ')}${isUrl ? `, not ${scheme}:` : ''}`,
  )
}

// Array.isArray alone does not narrow a readonly array.
function isList(drivers: Backend['drivers']): drivers is readonly BackendDriver[] {
  return Array.isArray(drivers)
}
