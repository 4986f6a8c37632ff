/** What a failed command has written. */
export function outputOf(error: unknown): { readonly stdout: string; readonly stderr: string } {
  if (typeof error !== 'object' || error === null) return { stdout: '', stderr: String(error) }
  const { stdout = '', stderr = String(error) }: { readonly stdout?: unknown; readonly stderr?: unknown } =
    error
  return { stdout: String(stdout), stderr: String(stderr) }
}
