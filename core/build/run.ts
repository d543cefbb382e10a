// Runs a program to its end; what it said on standard output, or an error with all of it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const usualDeadlineMs = 300_000

export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
  deadlineMs = usualDeadlineMs,
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      cwd,
      env,
      timeout: deadlineMs,
      maxBuffer: 64 * 1024 * 1024,
    })
    return stdout
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new Error(`${program} ${args.join(' ')} failed: ${output.slice(-4000)}`, { cause: error })
  }
}
