import { describe } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { driverSuite } from '#core/testing/driver-suite.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { dockerDriver } from './driver.ts'

describe.skipIf(withoutTestbed)('a real engine (needs the test bed)', () => {
  driverSuite('Docker', async () => dockerDriver({ log: silentLog }))
})
