import { describe, expect, test } from 'vitest'
import { explainFailure, isBusy } from './failure.ts'

describe('what PostgreSQL says before it gives up', () => {
  test.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.42": No space left on device', 'database-disk-full', 'is full'],
    [
      'initdb: error: could not look up effective user ID 54321: user does not exist',
      'database-no-account',
      '/etc/passwd',
    ],
    [
      'DETAIL:  The data directory was initialized by PostgreSQL version 19\nFATAL:  database files are incompatible with server',
      'database-other-version',
      'cannot read it',
    ],
    [
      'postgres: error while loading shared libraries: libstdc++.so.6: cannot open shared object file',
      'database-no-library',
      'the system library libstdc++.so.6',
    ],
    ['FATAL:  data directory "/x" has invalid permissions', 'database-not-permitted', 'not permitted to work in /data'],
    ['initdb: error: could not access directory "/x": Permission denied', 'database-not-permitted', 'not permitted'],
    ['LOG:  starting\nFATAL:  something never seen before', 'database-failed', 'something never seen before'],
    ['', 'database-failed', 'ended without a word'],
  ])('%j becomes one sentence', (output, code, part) => {
    const error = explainFailure(output, '/data')
    expect(error).toMatchObject({ code, status: 500 })
    expect(error.message).toContain(part)
    expect(error.message).not.toContain('\n')
  })

  test.each([
    ['ENOSPC', 'database-disk-full'],
    ['EROFS', 'database-not-permitted'],
    ['EACCES', 'database-not-permitted'],
  ])('%s from the system becomes the same sentence', (code, expected) => {
    expect(explainFailure('', '/data', new Error(`${code}: mkdir '/data/x'`))).toMatchObject({ code: expected })
  })

  test.each([
    ['FATAL:  lock file "postmaster.pid" already exists', true],
    ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', true],
    ['FATAL:  could not create lock file "/run/stellar-1/.s.PGSQL.5432.lock": No such file or directory', true],
    ['FATAL:  could not create lock file "postmaster.pid": No space left on device', false],
  ])('%j is a reason to look again: %j', (output, expected) => {
    expect(isBusy(output)).toBe(expected)
  })
})
