import { assert, ipV4, ipV6, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressList, isAddressEntry } from './address-list.ts'

describe('a list of addresses', () => {
  test.each([
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['172.16.0.0/12', '172.31.255.255', true],
    ['172.16.0.0/12', '172.32.0.0', false],
    ['::1', '::1', true],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
  ])('%s and %s: %s', (entry, address, inside) => {
    expect(addressList([entry]).includes(address)).toBe(inside)
  })

  test.each([
    '',
    'localhost',
    '10.0.0.1/33',
    '::1/129',
    '10.0.0.1/',
    '10.0.0.1/8/8',
    '10.0.0',
    '10.0.0.1/-1',
    '10.0.0.1/1e1',
  ])('“%s” is no entry', (entry) => {
    expect(isAddressEntry(entry)).toBe(false)
    expect(() => addressList([entry])).toThrow(entry)
  })

  test('holds every address that stands in it, and what is no address never', () => {
    assert(
      property(ipV4(), ipV6(), (four, six) => {
        const list = addressList([four, six])
        return list.includes(four) && list.includes(six) && !list.includes('unknown')
      }),
    )
  })
})
