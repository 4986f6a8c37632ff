/** The user that owns nothing. */
const NOBODY = 65_534

/** Gives up the privileges of root, who can write anywhere; returns the function that takes them back. */
export function dropPrivileges(): () => void {
  if (process.getuid?.() !== 0) return () => {}
  process.seteuid?.(NOBODY)
  return () => process.seteuid?.(0)
}
