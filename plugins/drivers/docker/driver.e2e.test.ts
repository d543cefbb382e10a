import { silentLog } from '#core/base/log.ts'
import { driverSuite } from '#core/testing/driver-suite.ts'
import { dockerDriver } from './driver.ts'

driverSuite('Docker', async () => dockerDriver({ log: silentLog }))
