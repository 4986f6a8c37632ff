import validate from 'validate-npm-package-name'

/** Words of the language, which nothing can be called. */
const RESERVED = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for from function get if implements import in instanceof interface let new null of package
  private protected public return set static super switch this throw true try type typeof undefined var void while
  with yield`.split(/\s+/),
)

/** What is wrong with the name of a new package; undefined where nothing is. */
export function faultOfName(name: string): string | undefined {
  const { errors = [], warnings = [] } = validate(name)
  const [fault] = [...errors, ...warnings]
  return fault && `${JSON.stringify(name)} is no name for a package: ${fault}`
}

/** What is wrong with the name of a package that is there already; undefined where nothing is. */
export function faultOfClient(name: string): string | undefined {
  const { errors = [] } = validate(name)
  return errors[0] && `${JSON.stringify(name)} is no name of a package: ${errors[0]}`
}

/** The folder of a package: its name without the scope. */
export function folderOf(name: string): string {
  return name.replace(/^@[^/]*\//, '')
}

/**
 * What the code calls the thing in a package: `watchman-big-queue` is a `bigQueue`. A word that is reserved or among
 * `taken` gets `suffix`.
 */
export function identifierOf(name: string, suffix: string, taken: ReadonlySet<string>): string {
  const own = folderOf(name).replace(/^watchman-(?:(?:check|view|adapter)-)?(?=.)/, '')
  const words = own.split(/[^a-z0-9]+/i).filter((word) => word !== '')
  const joined = words.map((word, index) => (index === 0 ? word : capital(word))).join('')
  const usable = /^[a-z]/i.test(joined) ? joined : `a${capital(joined)}`
  return RESERVED.has(usable) || taken.has(usable) ? `${usable}${suffix}` : usable
}

/** The same with a capital. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
