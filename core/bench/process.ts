// Starts processes and asks the kernel about them: CPU time and resident memory.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'

/** Clock ticks a second; 100 on every Linux that Node runs on (USER_HZ). */
const ticksPerSecond = 100
const endMs = 30_000
/** As the npm scripts start it. */
export const flags = ['--max-semi-space-size=8', '--import', './core/bootstrap/tsx.mjs']

export interface Started extends AsyncDisposable {
  readonly pid: number
  readonly stdout: Readable
  /** Ends it and waits. */
  stop(): Promise<void>
}

/** A module of this tree as a process of its own; what it says on standard error is shown. */
export function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [...flags, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const { stdout } = child
  if (child.pid === undefined) throw new Error(`${args[0]} could not be started`)
  const stop = async () => await ended(child)
  return { pid: child.pid, stdout, stop, [Symbol.asyncDispose]: stop }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), endMs)
  await gone
  clearTimeout(timer)
}

/** User and system time so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = statOf(pid)
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The same of all PostgreSQL processes beneath it. Those that end meanwhile are lost. */
export function postgresSeconds(pid: number): number {
  return descendants(pid)
    .filter((each) => nameOf(each) === 'postgres')
    .reduce((sum, each) => sum + cpuSeconds(each), 0)
}

/** The process that `stellar up` runs its node in. */
export function nodeChildOf(pid: number): number {
  const found = descendants(pid).find((each) => readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('--supervised'))
  if (found === undefined) throw new Error('the node process is not there')
  return found
}

/** Resident memory in MiB. */
export function residentMiB(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Math.round(Number(match?.[1] ?? 0) / 1024)
}

function descendants(pid: number): number[] {
  const pairs = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [[Number(name), Number(statOf(Number(name))[1])] as const]
      } catch {
        return []
      }
    })
  const beneath = (parent: number): number[] =>
    pairs.flatMap(([child, of]) => (of === parent ? [child, ...beneath(child)] : []))
  return beneath(pid)
}

const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()

/** From the state on: the name before it may hold anything. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
}
