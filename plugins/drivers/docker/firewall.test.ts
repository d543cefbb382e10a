import { expect, it } from 'vitest'
import { hostFirewall, type RunIptables } from './firewall.ts'

/** As much of iptables as the rules need: chains with rules as text. */
function tables(broken?: string) {
  const chains = new Map<string, string[]>([
    ['INPUT', ['-j EVERYTHING-ELSE']],
    ['DOCKER-USER', ['-j RETURN']],
  ])
  const commands: string[] = []
  const run: RunIptables = async (program, args) => {
    if (program === 'ip6tables') return { ok: true, message: '' }
    if (broken !== undefined) return { ok: false, message: broken }
    const [verb = '', name = '', ...rest] = args
    commands.push(args.join(' '))
    const chain = chains.get(name)
    switch (verb) {
      case '-n':
        return { ok: chains.has(args[2] ?? ''), message: '' }
      case '-N':
        chains.set(name, chain ?? [])
        return { ok: chain === undefined, message: 'Chain already exists.' }
      case '-F':
        chains.set(name, [])
        return { ok: chain !== undefined, message: '' }
      case '-C':
        return { ok: chain?.includes(rest.join(' ')) === true, message: '' }
      case '-I':
        chain?.unshift(rest.slice(1).join(' '))
        return { ok: chain !== undefined, message: '' }
      default:
        return { ok: false, message: `not understood: ${args.join(' ')}` }
    }
  }
  return { chains, commands, run }
}

const input = ['-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN', '-j DROP']

it('puts its chains first, with the opening rule before the closing one', async () => {
  const { chains, run } = tables()
  const firewall = hostFirewall(run)
  await firewall.ensure()
  expect(chains.get('INPUT')).toEqual(['-i stl-+ -j STELLAR-INPUT', '-j EVERYTHING-ELSE'])
  expect(chains.get('DOCKER-USER')).toEqual(['-i stl-+ -j STELLAR-FORWARD', '-j RETURN'])
  expect(chains.get('STELLAR-INPUT')).toEqual(input)
  expect(chains.get('STELLAR-FORWARD')).toEqual([input[0], '-d 169.254.0.0/16 -j DROP', '-o stl-+ -j DROP'])
  expect(firewall.warnings()).toEqual([])
})

it('changes nothing where all is in place', async () => {
  const { commands, run } = tables()
  await hostFirewall(run).ensure()
  commands.length = 0
  await hostFirewall(run).ensure()
  expect(commands.filter((command) => !command.startsWith('-C') && !command.startsWith('-n'))).toEqual([])
})

it('mends what somebody flushed', async () => {
  const { chains, run } = tables()
  const firewall = hostFirewall(run)
  await firewall.ensure()
  chains.set('INPUT', [])
  chains.set('STELLAR-INPUT', [input[0] ?? ''])
  await firewall.ensure(true)
  expect(chains.get('INPUT')).toEqual(['-i stl-+ -j STELLAR-INPUT'])
  expect(chains.get('STELLAR-INPUT')).toEqual(input)
})

it('warns, with what to do, where it cannot', async () => {
  const firewall = hostFirewall(tables('iptables: not found').run)
  await firewall.ensure()
  expect(firewall.warnings()).toEqual([expect.stringContaining('apt-get install -y iptables')])
})
