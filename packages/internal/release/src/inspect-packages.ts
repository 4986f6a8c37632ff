// Packs every public package and looks at what a user would get.
import { checkTarballs } from './check-tarballs.ts'
import { inspect } from './inspect.ts'

await checkTarballs(inspect)
