import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Loads a package as `folder` has it, else as this package has it: the command may be installed elsewhere than the client.
 * Undefined where neither has it.
 */
export function loadClient<Client>(name: string, folder: string): Client | undefined {
  for (const origin of [join(folder, 'package.json'), import.meta.url]) {
    const require = createRequire(origin)
    try {
      return require(name)
    } catch (error) {
      const { code, message } = Object(error)
      const isMissing =
        code === 'ERR_UNKNOWN_BUILTIN_MODULE' ||
        (code === 'MODULE_NOT_FOUND' && `${message}`.startsWith(`Cannot find module '${name}'`))
      if (!isMissing) throw error
    }
  }
  return undefined
}
