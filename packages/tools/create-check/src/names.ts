import validate from 'validate-npm-package-name'

/** Reserved words of JavaScript, which cannot be identifiers. */
const RESERVED = new Set(
  `arguments as async await break case catch class const continue debugger default delete do else enum eval export
  extends false finally for from function get if implements import in instanceof interface let new null of package
  private protected public return set static super switch this throw true try type typeof undefined var void while
  with yield`.split(/\s+/),
)

/** Returns why `name` cannot be the name of a new package; undefined where it can. */
export function invalidNameReason(name: string): string | undefined {
  const { errors = [], warnings = [] } = validate(name)
  const [reason] = [...errors, ...warnings]
  return reason && `${JSON.stringify(name)} is not a valid package name: ${reason}`
}

/** Returns why `name` cannot be the name of an existing package; undefined where it can. */
export function invalidClientReason(name: string): string | undefined {
  const { errors = [] } = validate(name)
  return errors[0] && `${JSON.stringify(name)} is not a package name: ${errors[0]}`
}

/** Returns the folder of a package: its name without the scope. */
export function folderOf(name: string): string {
  return name.replace(/^@[^/]*\//, '')
}

/**
 * Returns the identifier for the thing in a package: `watchman-big-queue` is a `bigQueue`. `suffix` is added to a word
 * that is reserved or among `taken`.
 */
export function identifierOf(name: string, suffix: string, taken: ReadonlySet<string>): string {
  const ownPart = folderOf(name).replace(/^watchman-(?:(?:check|plugin|adapter)-)?(?=.)/, '')
  const words = ownPart.split(/[^a-z0-9]+/i).filter((word) => word !== '')
  const joined = words.map((word, index) => (index === 0 ? word : capital(word))).join('')
  const usable = /^[a-z]/i.test(joined) ? joined : `a${capital(joined)}`
  return RESERVED.has(usable) || taken.has(usable) ? `${usable}${suffix}` : usable
}

/** Capitalizes the first letter. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
