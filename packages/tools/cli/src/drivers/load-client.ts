import { createRequire } from 'node:module'
import { join } from 'node:path'
import { memberOf } from '@watchman/core/driver'

/**
 * Loads a package from `folder`, else from this package: the command may be installed elsewhere than the client.
 * Returns undefined where neither has it.
 */
export function loadClient<Client>(name: string, folder: string): Client | undefined {
  for (const origin of [join(folder, 'package.json'), import.meta.url]) {
    const require = createRequire(origin)
    try {
      return require(name)
    } catch (error) {
      if (!isMissing(error, name)) throw error
    }
  }
  return undefined
}

function isMissing(error: unknown, name: string): boolean {
  const code = memberOf(error, 'code')
  if (code === 'ERR_UNKNOWN_BUILTIN_MODULE') return true
  return (
    code === 'MODULE_NOT_FOUND' && `${memberOf(error, 'message')}`.startsWith(`Cannot find module '${name}'`)
  )
}
