// The host's own firewall towards the servers' networks. Docker keeps bridges apart, but a container reaches every port
// of the host, and through it the published ports of its neighbours, at its gateway's address; and the metadata service
// of a cloud at 169.254.169.254. Two chains of ours stop that:
//
//   INPUT            -i stl-+  →  STELLAR-INPUT     answers may come in, nothing new may
//   DOCKER-USER      -i stl-+  →  STELLAR-FORWARD   not to other servers' bridges, not to link-local addresses
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { bridgePrefix } from './network.ts'

export interface Firewall {
  /** Puts in place what is missing; at most once in ten seconds unless `now`. Never throws. */
  ensure(now?: boolean): Promise<void>
  /** Sentences for the operator; empty while all rules are in place. */
  warnings(): readonly string[]
}

/** Runs iptables and says whether it answered with success. */
export type RunIptables = (program: string, args: readonly string[]) => Promise<{ ok: boolean; message: string }>

const from = ['-i', `${bridgePrefix}+`] as const
const answers = ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'RETURN'] as const
const inputRules = [answers, ['-j', 'DROP']] as const
const forwardRules = [
  answers,
  ['-d', '169.254.0.0/16', '-j', 'DROP'],
  ['-o', `${bridgePrefix}+`, '-j', 'DROP'],
] as const
const recheckMs = 10_000

export function hostFirewall(run: RunIptables = iptables): Firewall {
  let warnings: readonly string[] = []
  let checkedAt = -Infinity
  let last: Promise<void> = Promise.resolve()

  async function check(now: boolean): Promise<void> {
    if (!now && performance.now() - checkedAt < recheckMs) return
    const problem = await apply(run)
    warnings = problem === undefined ? [] : [explain(problem)]
    checkedAt = performance.now()
  }

  return {
    ensure(now = false) {
      last = last.then(() => check(now))
      return last
    },
    warnings: () => warnings,
  }
}

/** What went wrong, in iptables’ words. */
async function apply(run: RunIptables): Promise<string | undefined> {
  for (const program of ['iptables', 'ip6tables']) {
    const problem =
      (await chain(run, program, 'STELLAR-INPUT', inputRules)) ??
      (await hook(run, program, 'INPUT', 'STELLAR-INPUT')) ??
      // The networks have no IPv6 to forward; only the host's own link-local address has to be closed.
      (program === 'iptables' ? await forward(run, program) : undefined)
    // A host without IPv6 has nothing to close there.
    if (problem !== undefined && (program === 'iptables' || existsSync('/proc/net/if_inet6'))) return problem
  }
  return undefined
}

async function forward(run: RunIptables, program: string): Promise<string | undefined> {
  const problem = await chain(run, program, 'STELLAR-FORWARD', forwardRules)
  if (problem !== undefined) return problem
  // DOCKER-USER is the place that Docker promises to leave alone; it is missing when Docker does not run its own rules.
  const docker = await run(program, ['-n', '-L', 'DOCKER-USER'])
  return hook(run, program, docker.ok ? 'DOCKER-USER' : 'FORWARD', 'STELLAR-FORWARD')
}

/** A chain whose rules are not exactly ours is filled anew. */
async function chain(
  run: RunIptables,
  program: string,
  name: string,
  rules: readonly (readonly string[])[],
): Promise<string | undefined> {
  const checks = await Promise.all(rules.map((rule) => run(program, ['-C', name, ...rule])))
  if (checks.every(({ ok }) => ok)) return undefined
  await run(program, ['-N', name])
  // From the back to the front, so that at no moment an opening rule stands without the closing one behind it.
  const flushed = await run(program, ['-F', name])
  if (!flushed.ok) return flushed.message
  for (const rule of rules.toReversed()) {
    const added = await run(program, ['-I', name, '1', ...rule])
    if (!added.ok) return added.message
  }
  return undefined
}

/** First in its chain: what comes before might already let the packet through. */
async function hook(run: RunIptables, program: string, parent: string, name: string): Promise<string | undefined> {
  const present = await run(program, ['-C', parent, ...from, '-j', name])
  if (present.ok) return undefined
  const added = await run(program, ['-I', parent, '1', ...from, '-j', name])
  return added.ok ? undefined : added.message
}

function explain(problem: string): string {
  const fix = /not found|ENOENT/.test(problem)
    ? 'Install iptables (apt-get install -y iptables).'
    : process.getuid?.() === 0
      ? 'Check “iptables -L” on this machine.'
      : 'Run the node as root (sudo), which it needs for the firewall.'
  return `Game servers can reach this machine’s own ports, because the firewall rules that prevent it could not be set. ${fix} (${problem})`
}

/** Ten seconds: another program may hold the lock (-w) for a few. */
export const iptables: RunIptables = (program, args) =>
  new Promise((resolve) => {
    const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
    execFile(program, ['-w', '5', ...args], { timeout: 10_000, env: environment }, (error, _stdout, stderr) => {
      if (!error) resolve({ ok: true, message: '' })
      else if (error.code === 'ENOENT') resolve({ ok: false, message: `${program}: not found` })
      else resolve({ ok: false, message: stderr.trim().split('\n')[0] || error.message })
    })
  })
