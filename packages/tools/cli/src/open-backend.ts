import type { Backend } from './backends.ts'
import { blaming } from './blaming.ts'
import type { Driver, Place, Service } from './drivers/driver.ts'
import { exitCode } from './exit-code.ts'
import { failure } from './failure.ts'

/**
 * Opens what `value` of `variable` names.
 *
 * @throws Failure for a scheme that has no driver, and where the client is not installed: with the command that does it.
 */
export async function openBackend(
  variable: string,
  value: string,
  backend: Backend,
  place: Place,
): Promise<Service> {
  const drivers = driversFor(variable, value, backend)
  for (const driver of drivers) {
    const service = await blaming(variable, () => driver.open(value, place))
    if (service) return service
  }
  const [{ client } = { client: '' }] = drivers
  throw failure(
    exitCode.configuration,
    `${variable} needs the package ${client}, which is not installed: npm install ${client}`,
  )
}

function driversFor(variable: string, value: string, { drivers }: Backend): readonly Driver[] {
  if (isList(drivers)) return drivers
  const [scheme = ''] = /^[a-z][a-z\d+.-]*(?=:)/i.exec(value) ?? []
  const found = new Map(Object.entries(drivers)).get(scheme.toLowerCase())
  if (found) return found
  const right = Object.keys(drivers).map((one) => `${one}:`)
  const isUrl = value.startsWith(`${scheme}://`) // else what stands before a colon may be secret
  throw failure(
    exitCode.configuration,
    `${variable} must be a URL that begins with ${right.join(', ')}${isUrl ? `, not ${scheme}:` : ''}`,
  )
}

// Array.isArray leaves a list that is readonly as it is.
function isList(drivers: Backend['drivers']): drivers is readonly Driver[] {
  return Array.isArray(drivers)
}
