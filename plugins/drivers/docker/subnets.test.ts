import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSubnet, freeSubnets, overlaps, parseRoutes, parseSubnet, type Subnet } from './subnets.ts'

const subnet = (text: string): Subnet => parseSubnet(text) ?? expect.fail(text)

describe('subnets', () => {
  it('read and print the same', () => {
    for (const text of ['10.207.3.16/28', '0.0.0.0/0', '255.255.255.255/32'])
      expect(formatSubnet(subnet(text))).toBe(text)
    for (const text of ['10.0.0/8', '10.0.0.256/24', '10.0.0.0/33', 'fd00::/8', ''])
      expect(parseSubnet(text)).toBeUndefined()
  })

  it('overlap when one contains the other, and only then', () => {
    expect(overlaps(subnet('10.0.0.0/8'), subnet('10.9.8.0/24'))).toBe(true)
    expect(overlaps(subnet('10.9.8.128/25'), subnet('10.9.8.0/24'))).toBe(true)
    expect(overlaps(subnet('10.9.8.0/25'), subnet('10.9.8.128/25'))).toBe(false)
  })

  it('never hands out what is taken, nor a range that belongs to others', () => {
    const addresses = fc.tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 16, max: 30 }))
    fc.assert(
      fc.property(fc.array(addresses, { maxLength: 30 }), (taken) => {
        const own = taken.map(([c, d, bits]) => subnet(`10.207.${c}.${d}/${bits}`))
        const [first] = freeSubnets([...own, subnet('10.207.0.0/28')], [], '10.207.0.0/16')
        if (first !== undefined) expect(own.some((each) => overlaps(each, subnet(first)))).toBe(false)
      }),
    )
    const [elsewhere = ''] = freeSubnets([], [subnet('10.207.5.0/24')], undefined)
    expect(overlaps(subnet(elsewhere), subnet('10.207.0.0/16'))).toBe(false)
  })

  it('has room for thousands of servers', () => {
    expect([...freeSubnets([], [], undefined)].length).toBe(4096)
  })
})

it('routes are read from /proc/net/route, without the default route', () => {
  const text = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    '',
  ].join('\n')
  expect(parseRoutes(text).map(({ device, subnet }) => [device, formatSubnet(subnet)])).toEqual([
    ['docker0', '172.17.0.0/16'],
  ])
})
