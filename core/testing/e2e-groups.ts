// Which end-to-end files may run beside each other: two at a time, but not everything goes together.

/** Chromium drops what it is loading when the machine gets another network, as Docker makes one for each server. */
export const withBrowser = [
  'core/panel/factors/passkeys.e2e.test.ts',
  'core/panel/people/people.e2e.test.ts',
  'core/testing/flows/identity.e2e.test.ts',
  'core/testing/flows/sign-up.e2e.test.ts',
  'core/testing/gallery.e2e.test.ts',
  'static/js/console.e2e.test.ts',
]

/** They measure how soon a line comes, take the firewall or a shared image away, or have a browser and containers in one. */
export const alone = [
  'core/node/servers/supervisor.e2e.test.ts',
  'core/testing/flows/first-run.e2e.test.ts',
  'core/testing/flows/flood.e2e.test.ts',
  'plugins/drivers/docker/images.e2e.test.ts',
  'plugins/drivers/docker/isolation.e2e.test.ts',
]

/** Begun first, so that nothing long is left at the end; vitest goes by the size of a file, which says little here. */
export const long = ['core/build/cross.e2e.test.ts']
