import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { outputOf } from './output-of.ts'

/** What a command came to. */
export interface Executed {
  readonly stdout: string
  /** What failed: nothing, or all that the command has written. */
  readonly failures: readonly string[]
}

/** Runs a command in a folder. Never rejects. */
export async function execute(
  folder: string,
  command: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Executed> {
  const env = { ...process.env, ...environment }
  try {
    const { stdout } = await promisify(execFile)(command, parameters, { cwd: folder, env })
    return { stdout, failures: [] }
  } catch (error) {
    const { stdout, stderr } = outputOf(error)
    return { stdout, failures: [`${command} ${parameters.join(' ')}\n${stdout}${stderr}`] }
  }
}
